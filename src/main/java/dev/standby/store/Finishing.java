package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Status;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Ends waits, in batches: sends and cancels by key. */
final class Finishing implements Lane.Statement<Ending, EventTrigger> {
  private final Route<Ending, EventTrigger> lane;
  private final Endings endings;
  private final Demanding demanding;
  private final Announcer announcer;

  /**
   * Makes its lane with {@code lanes}.
   *
   * @param endings the statement
   * @param demanding ends waits that have a schema, or send on
   * @param announcer told of what a commit has ended
   */
  Finishing(
      Function<Lane.Statement<Ending, EventTrigger>, Route<Ending, EventTrigger>> lanes,
      Endings endings,
      Demanding demanding,
      Announcer announcer) {
    this.lane = lanes.apply(this);
    this.endings = endings;
    this.demanding = demanding;
    this.announcer = announcer;
  }

  /** Ends a wait as asked; fails with a {@link Rejection}. */
  Future<EventTrigger> finish(Ending ending) {
    return lane.submit(ending);
  }

  /** Ends a wait whose deadline has passed, and gives the newest trigger of the key. */
  Future<EventTrigger> ifDue(String eventKey, String projectId) {
    return lane.submit(Ending.ifDue(eventKey, projectId));
  }

  /** Why there is no trigger of a key whose deadline can be moved; never succeeds. */
  Future<EventTrigger> whyNot(Command.Update command) {
    return lane.submit(Ending.ifDue(command.eventKey(), command.projectId()))
        .compose(
            trigger ->
                Future.failedFuture(
                    trigger.status().terminal()
                        ? Rejection.conflict(
                            "The event trigger is already " + trigger.status().code(), trigger)
                        : Rejection.unavailable(
                            "The key was registered anew meanwhile; nothing has been done")));
  }

  @Override
  public Future<Lane.Answers> run(SqlConnection sql, List<Entry<Ending, EventTrigger>> entries) {
    Batch<Ending, EventTrigger> batch = Endings.batch(entries);
    String commit = announcer.nextCommit();
    return endings.execute(sql, batch, commit).map(rows -> () -> give(sql, batch, commit, rows));
  }

  private Future<Void> give(
      SqlConnection sql, Batch<Ending, EventTrigger> batch, String commit, RowSet<Row> rows) {
    EventTrigger[] finished = new EventTrigger[batch.groups().size()];
    for (Row row : rows) {
      finished[row.getLong(0).intValue() - 1] = Rows.trigger(row, 1);
    }
    List<EventTrigger> changed = new ArrayList<>(rows.size());
    List<Entry<Ending, EventTrigger>> missed = new ArrayList<>();
    Map<UUID, String> traces = new HashMap<>();
    for (int i = 0; i < finished.length; i++) {
      List<Entry<Ending, EventTrigger>> group = batch.groups().get(i).entries();
      if (finished[i] == null) {
        missed.addAll(group);
      } else {
        changed.add(finished[i]);
        String traceparent = group.get(0).traceparent();
        if (traceparent != null) {
          traces.put(finished[i].id(), traceparent);
        }
        answer(group, finished[i]);
      }
    }
    announcer.ended(commit, changed, traces);
    return missed.isEmpty() ? Future.succeededFuture() : judge(sql, missed);
  }

  /** Answers those on whose key the row was ended by the first of them, or by its deadline. */
  private static void answer(List<Entry<Ending, EventTrigger>> group, EventTrigger trigger) {
    Entry<Ending, EventTrigger> first = group.get(0);
    if (first.command().status() == trigger.status() && !trigger.endedByDeadline()) {
      first.answer(trigger);
    } else {
      Judge.ending(first, trigger);
    }
    for (Entry<Ending, EventTrigger> entry : group.subList(1, group.size())) {
      if (entry.command().means(trigger)) {
        Judge.ending(entry, trigger);
      } else {
        entry.fail(Rejection.notFound(trigger.eventKey()));
      }
    }
  }

  /** Reads the rows of those who ended nothing, and judges them by what they say. */
  private Future<Void> judge(SqlConnection sql, List<Entry<Ending, EventTrigger>> missed) {
    Batch<Ending, EventTrigger> batch = Endings.batch(missed);
    return Reading.read(sql, batch)
        .map(
            found -> {
              for (int i = 0; i < found.size(); i++) {
                for (Entry<Ending, EventTrigger> entry : batch.groups().get(i).entries()) {
                  judge(entry, found.get(i));
                }
              }
              return null;
            });
  }

  private void demanded(Entry<Ending, EventTrigger> entry, EventTrigger ended) {
    if (ended == null) {
      lane.again(entry);
    } else {
      answer(List.of(entry), ended);
    }
  }

  private void judge(Entry<Ending, EventTrigger> entry, Reading.Found found) {
    String key = entry.command().eventKey();
    if (found.several()) {
      entry.fail(Rejection.ambiguous(key));
    } else if (found.trigger() == null) {
      entry.fail(Rejection.notFound(key));
    } else if (!entry.command().means(found.trigger())) {
      entry.fail(Rejection.notFound(key));
    } else if (found.trigger().status().terminal()) {
      Judge.ending(entry, found.trigger());
    } else if (entry.command().status() == Status.TIMED_OUT && !found.due()) {
      // What was due has been timed out by others, and the key registered anew.
      entry.answer(found.trigger());
    } else if (!found.trigger().terms().simple()) {
      demanding
          .end(entry.command(), found.trigger(), found.due(), lane::submit)
          .onSuccess(ended -> demanded(entry, ended))
          .onFailure(entry::fail);
    } else {
      // It waits now and did not when the statement looked: registered, or due, in between.
      lane.again(entry);
    }
  }
}
