package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Adds events to the queues of their keys, within a transaction. */
final class HeldQueues {
  /** How many events are held for a key. */
  private static final long MAX_HELD = 100;

  private final boolean audit;

  /** With or without writing down who asked. */
  HeldQueues(boolean audit) {
    this.audit = audit;
  }

  /** The project that a send is to. */
  static String project(Command.Send send) {
    return send.projectId() == null ? Command.DEFAULT_PROJECT : send.projectId();
  }

  /** The queue that a send is to. */
  static Batch.Name name(Command.Send send) {
    return new Batch.Name(project(send), send.eventKey());
  }

  /** Refuses what would be one event too many for a project. */
  static Rejection projectFull() {
    return Rejection.of(Reason.RATE_LIMITED, "As many events are held for the project as may be");
  }

  /** Refuses what would be one event too many. */
  static Rejection full(String eventKey) {
    return Rejection.of(
        Reason.RATE_LIMITED, MAX_HELD + " events are held for the key '" + eventKey + "' already");
  }

  /**
   * Until when each of the events is held; those of keys that can't be held, as somebody waits, are
   * not in it, and {@link Instant#MIN} stands for those that are too many.
   */
  Future<Map<Entry<Command.Send, Outcome.Held>, Instant>> add(
      SqlConnection sql, Batch<Command.Send, Outcome.Held> batch) {
    return sql.preparedQuery(Sql.MAKE_SLOTS.text())
        .execute(Tuple.tuple().addArrayOfString(batch.projects()).addArrayOfString(batch.keys()))
        .compose(made -> Slots.lock(sql, batch.projects(), batch.keys()))
        .compose(locked -> insert(sql, batch, locked));
  }

  private Future<Map<Entry<Command.Send, Outcome.Held>, Instant>> insert(
      SqlConnection sql, Batch<Command.Send, Outcome.Held> batch, Set<Integer> locked) {
    Map<UUID, Entry<Command.Send, Outcome.Held>> items = new HashMap<>();
    List<Entry<Command.Send, Outcome.Held>> entries = new ArrayList<>();
    for (int i = 0; i < batch.groups().size(); i++) {
      if (locked.contains(i)) {
        entries.addAll(batch.groups().get(i).entries());
      }
    }
    if (entries.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    entries.forEach(entry -> items.put(entry.chooseId(), entry));
    return sql.preparedQuery(Sql.HOLD.text(audit))
        .execute(
            Tuple.from(
                List.of(
                    column(entries, HeldQueues::project),
                    column(entries, Command.Send::eventKey),
                    entries.stream().map(Entry::id).toArray(UUID[]::new),
                    column(entries, Command.Send::payload),
                    entries.stream().map(e -> e.command().holdSecs()).toArray(Integer[]::new),
                    column(entries, send -> send.origin().actor()),
                    column(entries, send -> send.origin().address()),
                    column(entries, send -> send.origin().requestId()),
                    MAX_HELD)))
        .map(
            rows -> {
              Map<Entry<Command.Send, Outcome.Held>, Instant> held = new HashMap<>();
              entries.forEach(entry -> held.put(entry, Instant.MIN));
              for (Row row : rows) {
                held.put(items.get(row.getUUID(0)), row.getOffsetDateTime(1).toInstant());
              }
              return held;
            });
  }

  private static String[] column(
      List<Entry<Command.Send, Outcome.Held>> entries, Function<Command.Send, String> value) {
    return entries.stream().map(entry -> value.apply(entry.command())).toArray(String[]::new);
  }
}
