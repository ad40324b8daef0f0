package dev.standby.store;

import dev.standby.tracing.Step;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit for one kind of request, on one connection: while a batch is on its way, what
 * arrives goes into the next, which is sent before the answers of the last are given, or even
 * before the last is done. A bounded queue in front of it, in which projects take turns, and
 * patience while the database is away.
 *
 * <p>Not thread-safe: belongs to the store verticle's context.
 *
 * @param <C> what is asked
 * @param <O> what is answered
 */
final class Lane<C, O> implements Route<C, O> {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  /** How long to wait before a database that is away is tried again. */
  private static final long RECONNECT_MILLIS = 100;

  /** How many characters of payloads may wait: a full queue of long ones would fill the heap. */
  private static final long MAX_QUEUED_CHARS = Runtime.getRuntime().maxMemory() / 8;

  /** How many a statement carries; one entry at least. */
  private static final long MAX_BATCH_CHARS = 8 * 1024 * 1024;

  /** With so many batches on their way PostgreSQL never waits for the node, however far it is. */
  private static final int MOST_ON_THE_WAY = 2;

  /** How many entries a batch must have to be sent ahead: fewer had better wait for more. */
  static final int WORTH_SENDING_AHEAD = 32;

  /** What a lane sends. */
  interface Statement<C, O> {
    /** Carries out a batch; fails as PostgreSQL failed. */
    Future<Answers> run(SqlConnection connection, List<Entry<C, O>> batch);
  }

  /**
   * What is to be done with what PostgreSQL said: the lane sends its next batch first, so that
   * PostgreSQL works while the node answers.
   */
  @FunctionalInterface
  interface Answers {
    /** There is nothing to be done. */
    Answers NONE = Future::succeededFuture;

    /**
     * Answers every entry, or leaves it for {@link Lane#again}; fails as PostgreSQL failed, with
     * some entries answered perhaps.
     */
    Future<Void> give();
  }

  private final String name;
  private final String spanName;
  private final ContextInternal home;
  private final Vertx vertx;
  private final Connection connection;
  private final Statement<C, O> statement;
  private final int maxBatch;
  private final int mostOnTheWay;
  private final long patienceNanos;
  private final Function<C, String> project;
  private final FairQueue<Entry<C, O>> queue;
  private final StoreMeters.LaneMeters meters;
  private int onTheWay;

  /**
   * A lane over {@code connection}, which is the lane's alone.
   *
   * @param project whose request a command is; null when it does not say
   * @param maxQueued how many entries may wait; past it they are refused
   * @param maxBatch how many entries a statement carries at most
   * @param ahead whether a batch may be sent while another is on its way: only if it is a single
   *     statement, which is a transaction of its own
   * @param patienceMillis how long an entry waits for a database that is away
   */
  Lane(
      String name,
      Vertx vertx,
      Connection connection,
      Statement<C, O> statement,
      Function<C, String> project,
      int maxQueued,
      int maxBatch,
      boolean ahead,
      long patienceMillis,
      StoreMeters meters) {
    this.name = name;
    this.spanName = "store " + name;
    this.home = ((ContextInternal) vertx.getOrCreateContext()).unwrap();
    this.vertx = vertx;
    this.connection = connection;
    this.statement = statement;
    this.project = project;
    this.queue = new FairQueue<>(maxQueued, MAX_QUEUED_CHARS, Entry::chars);
    this.meters = meters.lane(name);
    this.maxBatch = maxBatch;
    this.mostOnTheWay = ahead ? MOST_ON_THE_WAY : 1;
    this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
  }

  /** Takes a request; its future fails with a {@link Rejection} only. */
  @Override
  public Future<O> submit(C command) {
    Entry<C, O> entry =
        new Entry<>(command, System.nanoTime() + patienceNanos, Step.begin(spanName));
    if (!queue.offer(project.apply(command), entry)) {
      meters.refused().increment();
      entry.fail(Rejection.unavailable("Too many requests wait for the database; try again"));
      return entry.promise().future();
    }
    // On the verticle's own context: what follows is not this request's, and of no trace.
    home.dispatch(begin -> pump());
    return entry.promise().future();
  }

  @Override
  public void again(Entry<C, O> entry) {
    if (entry.another()) {
      putBack(entry);
      // Not at once: others of its batch may come back as well.
      vertx.runOnContext(later -> pump());
    }
  }

  private void putBack(Entry<C, O> entry) {
    queue.putBack(project.apply(entry.command()), entry);
  }

  private void pump() {
    if (!mayGo()) {
      meters.queued().lazySet(queue.size());
      return;
    }
    onTheWay++;
    List<Entry<C, O>> batch = queue.poll(maxBatch, MAX_BATCH_CHARS);
    meters.queued().lazySet(queue.size());
    meters.batchSize().record(batch.size());
    for (Entry<C, O> entry : batch) {
      if (entry.step() != null) {
        entry.step().sent(name, batch.size());
      }
    }
    carryOut(batch)
        .onSuccess(
            answers -> {
              onTheWay--;
              pump();
              give(answers, batch).onComplete(given -> pump());
            });
  }

  private boolean mayGo() {
    return onTheWay == 0
        ? !queue.isEmpty()
        : onTheWay < mostOnTheWay && queue.size() >= WORTH_SENDING_AHEAD;
  }

  /** Never fails: what can't be carried out is answered so, or put back. */
  private Future<Answers> carryOut(List<Entry<C, O>> batch) {
    return connection
        .get()
        .compose(
            sql ->
                guarded(() -> statement.run(sql, batch))
                    .map(answers -> recovering(sql, answers, batch))
                    .recover(failure -> afterFailure(sql, failure, batch).map(Answers.NONE)),
            failure -> whileAway(failure, batch).map(Answers.NONE))
        .otherwise(
            failure -> {
              giveUp(failure, batch);
              return Answers.NONE;
            });
  }

  private Answers recovering(SqlConnection sql, Answers answers, List<Entry<C, O>> batch) {
    return () -> guarded(answers::give).recover(failure -> afterFailure(sql, failure, batch));
  }

  /** Never fails, as {@link #carryOut} does not. */
  private Future<Void> give(Answers answers, List<Entry<C, O>> batch) {
    return answers
        .give()
        .otherwise(
            failure -> {
              giveUp(failure, batch);
              return null;
            });
  }

  /** A defect of ours that throws must not end the lane. */
  private static <T> Future<T> guarded(Supplier<Future<T>> work) {
    return Future.succeededFuture().compose(begin -> work.get());
  }

  private Future<Void> afterFailure(SqlConnection sql, Throwable failure, List<Entry<C, O>> batch) {
    List<Entry<C, O>> open = batch.stream().filter(entry -> !entry.answered()).toList();
    switch (Failures.of(failure)) {
      case LOST -> {
        connection.drop(sql, failure);
        if (!Failures.readOnly(failure)) {
          open.forEach(Entry::markUncertain);
        }
        return whileAway(failure, open);
      }
      case AGAIN -> {
        // The last first, as each goes in front of the others.
        for (int i = open.size() - 1; i >= 0; i--) {
          again(open.get(i));
        }
      }
      case REFUSED -> {
        return narrowDown(failure, open);
      }
      case BUSY -> {
        log.atWarn()
            .addKeyValue("lane", name)
            .addKeyValue("batch", open.size())
            .setCause(failure)
            .log("database is busy");
        open.forEach(e -> e.fail(Rejection.unavailable(Failures.why(failure))));
      }
      case BUG -> giveUp(failure, open);
    }
    return Future.succeededFuture();
  }

  private void giveUp(Throwable failure, List<Entry<C, O>> batch) {
    log.atError()
        .addKeyValue("lane", name)
        .addKeyValue("batch", batch.size())
        .setCause(failure)
        .log("statement failed");
    batch.forEach(
        entry ->
            entry.fail(
                Rejection.of(Reason.INTERNAL_ERROR, "The request could not be carried out")));
  }

  /** Puts back what still has patience, after a moment; refuses the rest. */
  private Future<Void> whileAway(Throwable failure, List<Entry<C, O>> batch) {
    log.atWarn()
        .addKeyValue("lane", name)
        .addKeyValue("batch", batch.size())
        .addKeyValue("reason", failure.toString())
        .log("database is away");
    return vertx
        .timer(RECONNECT_MILLIS, TimeUnit.MILLISECONDS)
        .map(
            tick -> {
              long now = System.nanoTime();
              for (int i = batch.size() - 1; i >= 0; i--) {
                Entry<C, O> entry = batch.get(i);
                if (entry.overdue(now)) {
                  entry.fail(away(entry));
                } else {
                  putBack(entry);
                }
              }
              refuseOverdue(now);
              return null;
            });
  }

  private void refuseOverdue(long now) {
    queue.removeIf(
        entry -> {
          boolean overdue = entry.overdue(now);
          if (overdue) {
            entry.fail(away(entry));
          }
          return overdue;
        });
  }

  private static Rejection away(Entry<?, ?> entry) {
    return Rejection.unavailable(
        entry.uncertain()
            ? "The database went away while it was at this request, which may have been carried"
                + " out: repeat it to find out"
            : "The database is away; nothing has been done");
  }

  /** Finds the entry that PostgreSQL refuses, so that the others don't suffer for it. */
  private Future<Void> narrowDown(Throwable failure, List<Entry<C, O>> open) {
    if (open.size() == 1) {
      log.atInfo()
          .addKeyValue("lane", name)
          .addKeyValue("reason", failure.toString())
          .log("database refused a value");
      open.get(0).fail(Rejection.badRequest("PostgreSQL can't store a value of this request"));
      return Future.succeededFuture();
    }
    int half = open.size() / 2;
    return part(open.subList(0, half)).compose(v -> part(open.subList(half, open.size())));
  }

  private Future<Void> part(List<Entry<C, O>> part) {
    return carryOut(part).compose(answers -> give(answers, part));
  }
}
