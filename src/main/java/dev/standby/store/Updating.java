package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Moves deadlines. */
final class Updating {
  private final Queries queries;
  private final Finishing finishing;
  private final boolean audit;
  private final Announcer announcer;

  /**
   * Over that pool.
   *
   * @param finishing says what stands in the way when nothing waits for the key
   * @param audit whether it is written down who asked
   * @param announcer told of what a commit has changed
   */
  Updating(Pooled pool, Finishing finishing, boolean audit, Announcer announcer) {
    this.queries = new Queries(pool);
    this.finishing = finishing;
    this.audit = audit;
    this.announcer = announcer;
  }

  /** Moves the deadline of the trigger that waits for a key; fails if none does. */
  Future<EventTrigger> update(Command.Update command) {
    String commit = announcer.nextCommit();
    return queries
        .run(
            Sql.UPDATE.text(audit),
            Tuple.of(
                command.projectId(),
                command.eventKey(),
                command.timeoutSecs(),
                commit,
                command.origin().actor(),
                command.origin().address(),
                command.origin().requestId()))
        .compose(rows -> moved(command, commit, rows));
  }

  private Future<EventTrigger> moved(Command.Update command, String commit, RowSet<Row> rows) {
    if (rows.size() == 0) {
      return finishing.whyNot(command);
    }
    EventTrigger trigger = Rows.trigger(rows.iterator().next(), 0);
    announcer.moved(commit, List.of(trigger), command.timeoutSecs());
    return Future.succeededFuture(trigger);
  }
}
