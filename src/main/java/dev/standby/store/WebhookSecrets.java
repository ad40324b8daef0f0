package dev.standby.store;

import dev.standby.bus.Webhooks;
import dev.standby.trigger.AuditEntry;
import dev.standby.trigger.Command;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** What the projects' webhook deliveries are signed with; made when it is first needed. */
final class WebhookSecrets {
  private static final String PREFIX = "whsec_";

  /** Standard Webhooks wants 24 to 64. */
  private static final int BYTES = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Queries queries;

  WebhookSecrets(Pooled pool) {
    this.queries = new Queries(pool);
  }

  /** Those of a project. */
  Future<Webhooks.Secrets> of(String project) {
    return read(project)
        .compose(
            known ->
                known.secrets().stream().anyMatch(secret -> secret.retiredAt() == null)
                    ? Future.succeededFuture(known)
                    : first(project).compose(made -> read(project)));
  }

  private Future<Webhooks.Secrets> read(String project) {
    return queries
        .run(Sql.WEBHOOK_SECRETS, Tuple.of(project))
        .map(rows -> new Webhooks.Secrets(project, secrets(rows)));
  }

  private static List<Webhooks.Secret> secrets(RowSet<Row> rows) {
    List<Webhooks.Secret> secrets = new ArrayList<>(rows.size());
    for (Row row : rows) {
      OffsetDateTime retired = row.getOffsetDateTime(2);
      secrets.add(
          new Webhooks.Secret(
              PREFIX + Base64.getEncoder().encodeToString(row.getBuffer(0).getBytes()),
              row.getOffsetDateTime(1).toInstant(),
              retired == null ? null : retired.toInstant()));
    }
    return secrets;
  }

  /** Those of a project, for somebody; as with keys, that one is always written down. */
  Future<Webhooks.Secrets> reveal(Webhooks.Reveal reveal) {
    String project = orDefault(reveal.projectId());
    return of(project)
        .compose(
            secrets ->
                queries
                    .with(sql -> AuditLog.write(sql, entry(project, "show", reveal.origin())))
                    .map(secrets));
  }

  /** Makes a new one; fails if that would be one too many. */
  Future<Webhooks.Secrets> rotate(Webhooks.Rotation rotation) {
    return queries.transaction(sql -> rotate(sql, rotation));
  }

  /** The same within a transaction. */
  static Future<Webhooks.Secrets> rotate(SqlConnection sql, Webhooks.Rotation rotation) {
    String project = orDefault(rotation.projectId());
    return lock(sql, project)
        .compose(
            locked ->
                sql.preparedQuery(Sql.ROTATE_WEBHOOK_SECRET.text())
                    .execute(Tuple.of(project, random(), (long) rotation.overlapSecs())))
        .compose(
            made ->
                made.rowCount() == 0
                    ? Future.failedFuture(full())
                    : AuditLog.write(sql, entry(project, "rotate", rotation.origin())))
        .compose(
            written -> sql.preparedQuery(Sql.WEBHOOK_SECRETS.text()).execute(Tuple.of(project)))
        .map(rows -> new Webhooks.Secrets(project, secrets(rows)));
  }

  private static Rejection full() {
    return Rejection.of(
        Reason.VALIDATION_FAILED,
        "Ten secrets sign at this moment, and no more than that can: rotate when one of them is"
            + " retired, or with 'overlap_secs' 0");
  }

  private Future<?> first(String project) {
    return queries.transaction(
        sql ->
            lock(sql, project)
                .compose(
                    locked ->
                        sql.preparedQuery(Sql.FIRST_WEBHOOK_SECRET.text())
                            .execute(Tuple.of(project, random()))));
  }

  /** One node at a time, so that all of them have the same first secret. */
  private static Future<?> lock(SqlConnection sql, String project) {
    return sql.preparedQuery(Sql.LOCK_WEBHOOK_SECRETS.text()).execute(Tuple.of(project));
  }

  private static AuditEntry entry(String project, String what, Origin origin) {
    return AuditEntry.of(project, "webhook_secret." + what, null, null, origin);
  }

  private static String orDefault(String project) {
    return project == null ? Command.DEFAULT_PROJECT : project;
  }

  private static Buffer random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Buffer.buffer(bytes);
  }
}
