package dev.standby.store;

import dev.standby.bus.Once;
import dev.standby.bus.Once.Done;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.EnumSet;
import java.util.Set;

/**
 * Carries requests with an idempotency key out, each in a transaction of its own that also records
 * what it has led to: so there is no moment at which a node could die and leave the one without the
 * other. Requests without a key have nothing to do with it.
 *
 * <p>The key is locked meanwhile, in PostgreSQL: what comes a second time, on whichever node, finds
 * it locked, or finds the record.
 */
final class OnceOnly {
  /** Refusals that say what the state was, and are given again; others may be otherwise later. */
  private static final Set<Reason> FINAL =
      EnumSet.of(Reason.NOT_FOUND, Reason.CONFLICT, Reason.VALIDATION_FAILED);

  private final Queries soon;
  private final Queries bulk;
  private final Deeds deeds;
  private final Answers answers;
  private final Announcer announcer;
  private final int maxBatch;
  private final StoreMeters meters;

  /**
   * Over those pools.
   *
   * @param pool for what is soon done
   * @param bulkPool for what is done to many triggers
   * @param deeds what there is to be carried out
   * @param announcer told of what a commit has changed
   * @param meters count the answers
   */
  OnceOnly(
      Pooled pool,
      Pooled bulkPool,
      Deeds deeds,
      Answers answers,
      Announcer announcer,
      int maxBatch,
      StoreMeters meters) {
    this.soon = new Queries(pool);
    this.bulk = new Queries(bulkPool);
    this.deeds = deeds;
    this.answers = answers;
    this.announcer = announcer;
    this.maxBatch = maxBatch;
    this.meters = meters;
  }

  /** What a request has led to, and what is to be told of it. */
  private record Carried(Done<Object> done, Announcer news) {}

  /** Carries a request out, or gives what it has led to when it came first. */
  Future<Done<Object>> carryOut(Once once) {
    if (!deeds.know(once.request())) {
      return Future.failedFuture(Rejection.badRequest("This takes no idempotency key"));
    }
    return meters.once(
        (Deeds.lasts(once.request()) ? bulk : soon)
            .transaction(sql -> within(sql, once))
            .map(
                carried -> {
                  carried.news().tell();
                  return carried.done();
                }));
  }

  private Future<Carried> within(SqlConnection sql, Once once) {
    Future<Boolean> locked = Answers.lock(sql, once.key());
    // Sent at once with the lock, it looks when that is decided.
    Future<Object> before = answers.find(sql, once);
    return locked
        .compose(ours -> ours ? before : Future.failedFuture(Once.inFlight()))
        .compose(
            answer ->
                answer == null
                    ? answers.checkRoom(sql, once.key().projectId()).compose(v -> first(sql, once))
                    : Future.succeededFuture(new Carried(done(answer, true), announcer.keeping())));
  }

  private Future<Carried> first(SqlConnection sql, Once once) {
    OwnTransaction transaction = new OwnTransaction(sql, maxBatch);
    Announcer news = announcer.keeping();
    return deeds
        .carryOut(once.request(), transaction, news)
        .recover(OnceOnly::ifFinal)
        .compose(
            answer ->
                transaction.broken() == null
                    ? answers.keep(sql, once, answer).map(answer)
                    : Future.failedFuture(transaction.broken()))
        .map(answer -> new Carried(done(answer, false), news));
  }

  private static Future<Object> ifFinal(Throwable failure) {
    return failure instanceof Rejection refused && FINAL.contains(refused.reason())
        ? Future.succeededFuture(refused)
        : Future.failedFuture(failure);
  }

  private static Done<Object> done(Object answer, boolean replayed) {
    return answer instanceof Rejection refused
        ? new Done<>(null, refused, replayed)
        : new Done<>(answer, null, replayed);
  }
}
