package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Status;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

/** Ends waits, in batches: sends and cancels by key. */
final class Finishing implements Lane.Statement<Ending, EventTrigger> {
  private final Lane<Ending, EventTrigger> lane;
  private final short shard;
  private final boolean audit;
  private final Announcer announcer;

  /**
   * Makes its lane with {@code lanes}.
   *
   * @param shard of the counters, which no other lane of this node writes
   * @param audit whether it is written down who asked
   * @param announcer told of what a commit has ended
   */
  Finishing(
      Function<Lane.Statement<Ending, EventTrigger>, Lane<Ending, EventTrigger>> lanes,
      short shard,
      boolean audit,
      Announcer announcer) {
    this.lane = lanes.apply(this);
    this.shard = shard;
    this.audit = audit;
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
    Batch<Ending, EventTrigger> batch =
        Batch.of(entries, ending -> new Batch.Name(ending.projectId(), ending.eventKey()));
    String commit = announcer.nextCommit();
    return sql.preparedQuery(Sql.FINISH.text(audit))
        .execute(
            Tuple.from(
                List.of(
                    batch.projects(),
                    batch.keys(),
                    batch.column(ending -> ending.status().code()),
                    batch.column(Ending::payload),
                    shard,
                    commit,
                    ids(batch),
                    batch.column(ending -> ending.origin().actor()),
                    batch.column(audit, ending -> ending.origin().address()),
                    batch.column(audit, ending -> ending.origin().requestId()),
                    false)))
        .map(rows -> () -> give(sql, batch, commit, rows));
  }

  /** The only triggers that the groups may end; empty when all of them take what waits. */
  private static UUID[] ids(Batch<Ending, EventTrigger> batch) {
    UUID[] ids = batch.groups().stream().map(group -> group.command().id()).toArray(UUID[]::new);
    return Arrays.stream(ids).allMatch(Objects::isNull) ? new UUID[0] : ids;
  }

  private Future<Void> give(
      SqlConnection sql, Batch<Ending, EventTrigger> batch, String commit, RowSet<Row> rows) {
    EventTrigger[] finished = new EventTrigger[batch.groups().size()];
    for (Row row : rows) {
      finished[row.getLong(0).intValue() - 1] = Rows.trigger(row, 1);
    }
    List<EventTrigger> changed = new ArrayList<>(rows.size());
    List<Entry<Ending, EventTrigger>> missed = new ArrayList<>();
    for (int i = 0; i < finished.length; i++) {
      List<Entry<Ending, EventTrigger>> group = batch.groups().get(i).entries();
      if (finished[i] == null) {
        missed.addAll(group);
      } else {
        changed.add(finished[i]);
        answer(group, finished[i]);
      }
    }
    announcer.ended(commit, changed);
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
    Batch<Ending, EventTrigger> batch =
        Batch.of(missed, ending -> new Batch.Name(ending.projectId(), ending.eventKey()));
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
    } else {
      // It waits now and did not when the statement looked: registered, or due, in between.
      lane.again(entry);
    }
  }
}
