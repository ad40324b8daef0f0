package dev.standby.store;

import dev.standby.trigger.AuditEntry;
import dev.standby.trigger.Command;
import dev.standby.trigger.HeldEvent;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The events that are held: shown, deleted, and cleared away when they have expired. */
final class HeldEvents {
  private static final long TICK_MILLIS = 2000;
  private static final long CLEARED_AT_ONCE = 500;

  private final Queries queries;
  private final boolean audit;

  HeldEvents(Pooled pool, boolean audit) {
    this.queries = new Queries(pool);
    this.audit = audit;
  }

  /** Clears away what has expired, from now on. */
  void start(Vertx vertx) {
    Chore.every(
        vertx,
        TICK_MILLIS,
        TICK_MILLIS,
        "clear expired events away",
        () -> Chore.inPieces(CLEARED_AT_ONCE, this::clear));
  }

  /** A page, newest first; it grows past its size rather than to split one instant. */
  Future<Outcome.HeldPage> list(Command.ListHeld query) {
    return queries
        .run(
            Sql.LIST_HELD,
            Tuple.of(
                query.projectId(),
                query.before() == null ? null : query.before().atOffset(ZoneOffset.UTC),
                query.limit() + 1L,
                query.keyPrefix(),
                Page.MAX_BYTES))
        .compose(
            rows ->
                Page.cut(
                    events(rows),
                    Rows.bytes(rows),
                    query.limit(),
                    HeldEvent::heldAt,
                    end ->
                        list(new Command.ListHeld(query.projectId(), 1, end, query.keyPrefix()))
                            .map(rest -> !rest.events().isEmpty())))
        .map(cut -> new Outcome.HeldPage(cut.rows(), cut.hasMore()));
  }

  /** Deletes an event; fails if it is not held, or not any more. */
  Future<HeldEvent> delete(Command.DeleteHeld command) {
    Rejection gone = Rejection.of(Reason.NOT_FOUND, "No event of this id is held");
    return queries
        .run(Sql.FIND_HELD, Tuple.of(command.projectId(), command.id()))
        .compose(
            rows -> {
              List<HeldEvent> found = events(rows);
              boolean there =
                  !found.isEmpty()
                      && (command.keyPrefix() == null
                          || found.get(0).eventKey().startsWith(command.keyPrefix()));
              return there
                  ? queries.transaction(sql -> delete(sql, found.get(0), command))
                  : Future.failedFuture(gone);
            })
        .compose(
            deleted ->
                deleted == null ? Future.failedFuture(gone) : Future.succeededFuture(deleted));
  }

  private Future<HeldEvent> delete(SqlConnection sql, HeldEvent event, Command.DeleteHeld command) {
    return free(sql, new String[] {event.projectId()}, new String[] {event.eventKey()}, event.id())
        .compose(
            freed -> {
              boolean ours = freed.contains(event.id());
              if (!ours || !audit) {
                return Future.succeededFuture(ours ? event : null);
              }
              return AuditLog.write(
                      sql,
                      AuditEntry.of(
                          event.projectId(),
                          "held.delete",
                          event.eventKey(),
                          null,
                          command.origin()))
                  .map(event);
            });
  }

  /** Clears a piece of what has expired away; gives how much that was. */
  private Future<Integer> clear() {
    return queries
        .run(Sql.EXPIRED_HELD, Tuple.of(CLEARED_AT_ONCE))
        .compose(
            rows -> {
              List<String> keys = new ArrayList<>();
              List<String> projects = new ArrayList<>();
              for (Row row : rows) {
                keys.add(row.getString(0));
                projects.add(row.getString(1));
              }
              return keys.isEmpty()
                  ? Future.succeededFuture(Set.<UUID>of())
                  : queries.transaction(
                      sql ->
                          free(
                              sql,
                              projects.toArray(String[]::new),
                              keys.toArray(String[]::new),
                              null));
            })
        .map(Set::size);
  }

  /** Deletes what has expired for those keys, and that event; gives the ids of what was there. */
  private static Future<Set<UUID>> free(
      SqlConnection sql, String[] projects, String[] keys, UUID event) {
    return Slots.lock(sql, projects, keys)
        .compose(
            locked ->
                // What is not locked may be given an event at this moment, and must not be freed.
                sql.preparedQuery(Sql.FREE_HELD.text())
                    .execute(Tuple.of(only(projects, locked), only(keys, locked), event)))
        .map(
            rows -> {
              Set<UUID> ids = new HashSet<>();
              rows.forEach(row -> ids.add(row.getUUID(0)));
              return ids;
            });
  }

  private static String[] only(String[] names, Set<Integer> locked) {
    return locked.stream().map(i -> names[i]).toArray(String[]::new);
  }

  private static List<HeldEvent> events(RowSet<Row> rows) {
    List<HeldEvent> events = new ArrayList<>(rows.size());
    for (Row row : rows) {
      events.add(
          new HeldEvent(
              row.getUUID(0),
              row.getString(1),
              row.getString(2),
              row.getString(3),
              row.getString(4),
              row.getOffsetDateTime(5).toInstant(),
              row.getOffsetDateTime(6).toInstant()));
    }
    return events;
  }
}
