package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.TriggerRef;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;

/** What is asked about one trigger that is known by its row, and not by its key. */
final class Resolving {
  private final Queries queries;
  private final Finishing finishing;

  Resolving(Pooled pool, Finishing finishing) {
    this.queries = new Queries(pool);
    this.finishing = finishing;
  }

  /** The trigger; null if there is none. */
  Future<EventTrigger> find(TriggerRef ref) {
    return queries
        .run(
            Sql.FIND,
            Tuple.of(ref.projectId(), ref.requestedAt().atOffset(ZoneOffset.UTC), ref.id()))
        .map(rows -> rows.size() == 0 ? null : Rows.trigger(rows.iterator().next(), 0));
  }

  /**
   * Resolves it. Its row says which key it waits for; from there on it is a send like any other.
   */
  Future<EventTrigger> resolve(Command.Resolve resolve) {
    Rejection gone = Rejection.of(Reason.NOT_FOUND, "The trigger does not wait");
    return find(resolve.ref())
        .compose(
            trigger ->
                trigger == null || trigger.status().terminal()
                    ? Future.failedFuture(gone)
                    : finishing.finish(Ending.of(trigger, resolve)))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof Rejection refused && refused.reason() == Reason.CONFLICT
                        ? gone
                        : failure));
  }
}
