package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Registrations of keys for which events may be held: each receives the oldest one at once. Its
 * lane answers with null when there was none.
 */
final class Taking implements Lane.Statement<Command.Register, EventTrigger> {
  private final short shard;
  private final boolean audit;
  private final Announcer announcer;

  /**
   * A statement for a lane.
   *
   * @param shard of the counters, which no other lane of this node writes
   * @param audit whether it is written down who asked
   * @param announcer told of what a commit has ended
   */
  Taking(short shard, boolean audit, Announcer announcer) {
    this.shard = shard;
    this.audit = audit;
    this.announcer = announcer;
  }

  @Override
  public Future<Lane.Answers> run(
      SqlConnection sql, List<Entry<Command.Register, EventTrigger>> entries) {
    Future<Void> recognized =
        entries.stream().anyMatch(Entry::uncertain)
            ? recognize(sql, batch(entries))
            : Future.succeededFuture();
    String commit = announcer.nextCommit();
    return recognized.compose(
        known -> {
          List<Entry<Command.Register, EventTrigger>> open =
              entries.stream().filter(entry -> !entry.answered()).toList();
          return open.isEmpty()
              ? Future.succeededFuture(Lane.Answers.NONE)
              : Slots.transactionally(sql, () -> take(sql, batch(open), commit))
                  .map(taken -> () -> give(open, taken, commit));
        });
  }

  static Batch<Command.Register, EventTrigger> batch(
      List<Entry<Command.Register, EventTrigger>> entries) {
    return Batch.of(entries, c -> new Batch.Name(c.projectId(), c.eventKey()));
  }

  /** Answers those who have taken an event already, in a try whose answer was lost. */
  private static Future<Void> recognize(
      SqlConnection sql, Batch<Command.Register, EventTrigger> batch) {
    return Reading.read(sql, batch)
        .map(
            found -> {
              for (int i = 0; i < found.size(); i++) {
                EventTrigger trigger = found.get(i).trigger();
                for (Entry<Command.Register, EventTrigger> entry :
                    batch.groups().get(i).entries()) {
                  if (trigger != null && trigger.id().equals(entry.id())) {
                    entry.answer(trigger);
                  }
                }
              }
              return null;
            });
  }

  private Future<Void> give(
      List<Entry<Command.Register, EventTrigger>> entries,
      List<EventTrigger> taken,
      String commit) {
    Map<UUID, EventTrigger> byId = new HashMap<>();
    taken.forEach(trigger -> byId.put(trigger.id(), trigger));
    entries.forEach(entry -> entry.answer(byId.get(entry.id())));
    announcer.ended(commit, taken);
    return Future.succeededFuture();
  }

  /** Registers what receives an event at once, within a transaction; gives those triggers. */
  Future<List<EventTrigger>> take(
      SqlConnection sql, Batch<Command.Register, EventTrigger> batch, String commit) {
    return Slots.lock(sql, batch.projects(), batch.keys())
        .compose(
            locked ->
                locked.isEmpty()
                    ? Future.succeededFuture(List.of())
                    : takeLocked(sql, only(batch, locked), commit));
  }

  private static Batch<Command.Register, EventTrigger> only(
      Batch<Command.Register, EventTrigger> batch, Set<Integer> locked) {
    List<Batch.Group<Command.Register, EventTrigger>> groups = new ArrayList<>(locked.size());
    for (int i = 0; i < batch.groups().size(); i++) {
      if (locked.contains(i)) {
        groups.add(batch.groups().get(i));
      }
    }
    return new Batch<>(groups);
  }

  private Future<List<EventTrigger>> takeLocked(
      SqlConnection sql, Batch<Command.Register, EventTrigger> batch, String commit) {
    UUID[] ids =
        batch.groups().stream().map(group -> group.first().chooseId()).toArray(UUID[]::new);
    return sql.preparedQuery(Sql.TAKE.text(audit))
        .execute(
            Registering.addTerms(
                Registering.columns(batch, ids)
                    .addValue(shard)
                    .addValue(commit)
                    .addArrayOfString(batch.column(audit, c -> c.origin().actor()))
                    .addArrayOfString(batch.column(audit, c -> c.origin().address()))
                    .addArrayOfString(batch.column(audit, c -> c.origin().requestId())),
                batch))
        .map(Rows::triggers);
  }
}
