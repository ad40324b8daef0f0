package dev.standby.store;

import dev.standby.bus.Access.AuditPage;
import dev.standby.bus.Access.PageRequest;
import dev.standby.trigger.AuditEntry;
import dev.standby.trigger.Origin;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log (contract, section "Access"). What is done to triggers is written by the statements
 * that do it; this writes the rest, reads, and keeps the table's days in order.
 */
final class AuditLog {
  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

  /** Days are made ahead; but when the database was away for days, none is ahead any more. */
  private static final long PREPARE_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private static final long RETAIN_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final Queries queries;
  private final int retentionDays;

  AuditLog(Pooled pool, int retentionDays) {
    this.queries = new Queries(pool);
    this.retentionDays = retentionDays;
  }

  /**
   * Keeps the table's days in order from now on, and until {@code vertx} undeploys its verticle.
   */
  Future<Void> start(Vertx vertx) {
    return prepare()
        .onSuccess(
            prepared -> {
              Chore.every(
                  vertx,
                  PREPARE_MILLIS,
                  PREPARE_MILLIS,
                  "make the days of the audit log",
                  this::prepare);
              Chore.every(vertx, 0, RETAIN_MILLIS, "drop days of the audit log", this::retain);
            });
  }

  /** Makes the days ahead that are not there yet. */
  Future<Void> prepare() {
    return queries.run(Sql.PREPARE_AUDIT, Tuple.tuple()).mapEmpty();
  }

  private Future<Void> retain() {
    return queries
        .run(Sql.RETAIN_AUDIT, Tuple.of(retentionDays))
        .onSuccess(
            rows -> {
              int dropped = rows.iterator().next().getInteger(0);
              if (dropped > 0) {
                log.atInfo().addKeyValue("days", dropped).log("dropped days of the audit log");
              }
            })
        .mapEmpty();
  }

  /** Writes an entry. */
  Future<Void> write(AuditEntry entry) {
    return queries.run(Sql.AUDIT, parameters(entry)).mapEmpty();
  }

  /** Writes an entry within a transaction. */
  static Future<Void> write(SqlClient sql, AuditEntry entry) {
    return sql.preparedQuery(Sql.AUDIT.text()).execute(parameters(entry)).mapEmpty();
  }

  /** The entry for a purge. */
  static AuditEntry purged(String project, int olderThanDays, long deleted, Origin origin) {
    String detail =
        new JsonObject().put("older_than_days", olderThanDays).put("deleted", deleted).encode();
    return new AuditEntry(0, null, project, "events.purge", null, null, detail, origin);
  }

  private static Tuple parameters(AuditEntry entry) {
    return Tuple.from(
        Arrays.asList(
            entry.projectId(),
            entry.origin().actor(),
            entry.action(),
            entry.eventKey(),
            entry.triggerId(),
            entry.origin().address(),
            entry.origin().requestId(),
            entry.detail()));
  }

  /** A page, newest first; it grows past its size rather than to split one instant. */
  Future<AuditPage> list(PageRequest page) {
    return queries
        .run(
            Sql.LIST_AUDIT,
            Tuple.of(
                page.projectId(),
                page.before() == null ? null : page.before().atOffset(ZoneOffset.UTC),
                page.limit() + 1L))
        .compose(
            rows ->
                Page.cut(
                    entries(rows),
                    page.limit(),
                    AuditEntry::at,
                    end ->
                        list(new PageRequest(page.projectId(), 1, end))
                            .map(rest -> !rest.entries().isEmpty())))
        .map(cut -> new AuditPage(cut.rows(), cut.hasMore()));
  }

  private static List<AuditEntry> entries(RowSet<Row> rows) {
    List<AuditEntry> entries = new ArrayList<>(rows.size());
    for (Row row : rows) {
      entries.add(
          new AuditEntry(
              row.getLong(1),
              row.getOffsetDateTime(0).toInstant(),
              row.getString(2),
              row.getString(4),
              row.getString(5),
              row.getUUID(6),
              row.getString(9),
              new Origin(row.getString(3), row.getString(7), row.getString(8))));
    }
    return entries;
  }
}
