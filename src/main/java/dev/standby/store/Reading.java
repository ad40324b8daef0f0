package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Status;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads by key, in batches. */
final class Reading implements Lane.Statement<Command.Get, EventTrigger> {
  private final Finishing finishing;

  Reading(Finishing finishing) {
    this.finishing = finishing;
  }

  /**
   * The newest trigger of a key, as one statement saw it.
   *
   * @param trigger null when there is none
   * @param several whether more than one project has the key
   * @param due whether it waits though its deadline has passed
   */
  record Found(EventTrigger trigger, boolean several, boolean due) {
    static final Found NOTHING = new Found(null, false, false);
    static final Found SEVERAL = new Found(null, true, false);

    /** Whether it waits and may go on waiting. */
    boolean waiting() {
      return trigger != null && trigger.status() == Status.WAITING && !due;
    }
  }

  /** Reads the newest trigger of each group's key, in the order of the groups. */
  static <C, O> Future<List<Found>> read(SqlConnection sql, Batch<C, O> batch) {
    return sql.preparedQuery(Sql.GET.text())
        .execute(Tuple.tuple().addArrayOfString(batch.projects()).addArrayOfString(batch.keys()))
        .map(
            rows -> {
              List<Found> found =
                  new ArrayList<>(Collections.nCopies(batch.groups().size(), Found.NOTHING));
              for (Row row : rows) {
                found.set(
                    row.getLong(0).intValue() - 1,
                    row.getBoolean(1)
                        ? Found.SEVERAL
                        : new Found(Rows.trigger(row, 3), false, row.getBoolean(2)));
              }
              return found;
            });
  }

  @Override
  public Future<Lane.Answers> run(
      SqlConnection sql, List<Entry<Command.Get, EventTrigger>> entries) {
    Batch<Command.Get, EventTrigger> batch =
        Batch.of(entries, get -> new Batch.Name(get.projectId(), get.eventKey()));
    return read(sql, batch)
        .map(
            found ->
                () -> {
                  for (int i = 0; i < found.size(); i++) {
                    for (Entry<Command.Get, EventTrigger> entry : batch.groups().get(i).entries()) {
                      answer(entry, found.get(i));
                    }
                  }
                  return Future.succeededFuture();
                });
  }

  private void answer(Entry<Command.Get, EventTrigger> entry, Found found) {
    String key = entry.command().eventKey();
    if (found.several()) {
      entry.fail(Rejection.ambiguous(key));
    } else if (found.trigger() == null) {
      entry.fail(Rejection.notFound(key));
    } else if (found.due()) {
      // A deadline is a deadline, also before the sweep has come round to it.
      finishing.ifDue(key, found.trigger().projectId()).onComplete(entry.promise());
    } else {
      entry.answer(found.trigger());
    }
  }
}
