package dev.standby.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;

/** The statements, one to a file in {@code sql/}. */
enum Sql {
  REGISTER("register"),
  FINISH("finish"),
  GET("get"),
  REREAD("reread"),
  UPDATE("update"),
  DUE_EMITTING("due-emitting"),
  LOCK_DUE("lock-due"),
  LIST("list"),
  STATS("stats"),
  COUNT_PREFIX("count-prefix"),
  SEND_PREFIX("send-prefix"),
  EXPIRE("expire"),
  NEXT_DEADLINE("next-deadline"),
  PING("ping"),
  MEASURE("measure"),
  COUNT_PURGE("count-purge"),
  PURGE("purge"),
  PROJECTS("projects"),
  RETAIN("retain"),
  COUNT_WAITING("count-waiting"),
  COUNT_HELD("count-held"),
  MAKE_SLOTS("make-slots"),
  LOCK_SLOTS("lock-slots"),
  HOLD("hold"),
  TAKE("take"),
  FREE_HELD("free-held"),
  EXPIRED_HELD("expired-held"),
  LIST_HELD("list-held"),
  FIND_HELD("find-held"),
  FIND("find"),
  FEED("feed"),
  FEED_BEGIN("feed-begin"),
  FEED_NOW("feed-now"),
  FEED_TICK("feed-tick"),
  FEED_TRIM("feed-trim"),
  LOCK_KEY("lock-key"),
  FIND_ANSWER("find-answer"),
  RECORD_ANSWER("record-answer"),
  VOID_ANSWERS("void-answers"),
  COUNT_ANSWERS("count-answers"),
  AUDIT("audit"),
  LIST_AUDIT("list-audit"),
  PREPARE_AUDIT("prepare-audit"),
  RETAIN_AUDIT("retain-audit"),
  FIND_KEYS("find-keys"),
  CREATE_KEY("create-key"),
  LIST_KEYS("list-keys"),
  REVOKE_KEY("revoke-key"),
  CALLBACK_SECRETS("callback-secrets"),
  ROTATE_CALLBACK_SECRET("rotate-callback-secret"),
  FIRST_CALLBACK_SECRET("first-callback-secret"),
  CLAIM_DELIVERIES("claim-deliveries"),
  RECORD_DELIVERIES("record-deliveries"),
  LIST_DELIVERIES("list-deliveries"),
  RETRY_DELIVERY("retry-delivery"),
  RETAIN_DELIVERIES("retain-deliveries"),
  WEBHOOK_SECRETS("webhook-secrets"),
  LOCK_WEBHOOK_SECRETS("lock-webhook-secrets"),
  FIRST_WEBHOOK_SECRET("first-webhook-secret"),
  ROTATE_WEBHOOK_SECRET("rotate-webhook-secret");

  /** The columns that {@link Rows} reads, in its order, for every {@code {t}} in a statement. */
  private static final String COLUMNS =
      "t.id, t.event_key, t.project_id, t.source_type, t.workflow_run_id, t.workflow_step_run_id,"
          + " t.job_run_id, t.status, t.request_payload::text, t.response_payload::text,"
          + " t.timeout_secs, t.requested_at, t.finished_at, t.expires_at, t.finished_by,"
          + " t.trigger_type, t.payload_schema::text, t.timeout_payload::text, t.notify_url,"
          + " t.emit_key, t.traceparent";

  /** The columns that {@link Keys} reads, in its order, for every {@code {k}} in a statement. */
  private static final String KEY_COLUMNS =
      "k.id, k.project_id, k.name, k.scopes, k.event_key_prefix, k.created_at, k.created_by,"
          + " k.expires_at, k.revoked_at";

  /** The columns that {@link HeldEvents} reads, in its order, for every {@code {h}}. */
  private static final String HELD_COLUMNS =
      "h.id, h.event_key, h.project_id, h.payload::text, h.sent_by, h.held_at, h.held_until";

  /** The columns that {@link Deliveries} reads, in its order, for every {@code {d}}. */
  private static final String DELIVERY_COLUMNS =
      "d.id, d.event_key, d.project_id, d.trigger_id, d.url, d.status, d.attempts, d.created_at,"
          + " d.next_at, d.last_at, d.last_status, d.last_error, d.delivered_at";

  /**
   * How many bytes one payload is that is told, for every {@code {bytes column}}. Only one that
   * PostgreSQL has compressed is looked into: the others are as long as they are stored.
   */
  private static final String BYTES =
      "coalesce(CASE WHEN pg_column_compression($1) IS NULL THEN pg_column_size($1)"
          + " ELSE octet_length($1::text) END, 0)";

  /** The same of a trigger, for every {@code {bytes}}. */
  private static final String TRIGGER_BYTES =
      "{bytes t.request_payload} + {bytes t.response_payload}"
          + " + {bytes t.payload_schema} + {bytes t.timeout_payload}";

  /** What a statement does for the audit log. */
  private static final String FOR_AUDIT = "(?s)\\{audit}(.*?)\\{/audit}";

  private final String file;
  private final String text;
  private final String audited;

  Sql(String name) {
    this.file = name;
    String whole =
        read(name)
            .replace("{t}", COLUMNS)
            .replace("{k}", KEY_COLUMNS)
            .replace("{h}", HELD_COLUMNS)
            .replace("{d}", DELIVERY_COLUMNS)
            .replace("{bytes}", TRIGGER_BYTES)
            .replaceAll("\\{bytes ([^}]+)}", BYTES)
            .replace("{notify finished}", read("notify-finished").strip())
            .replace("{project of key}", read("project-of-key").strip())
            .replaceAll(
                "\\{fed ([^}]+)}",
                Matcher.quoteReplacement(read("fed").strip()).replace("{rows}", "$1"))
            .replaceAll(
                "\\{uncount ([^}]+)}",
                Matcher.quoteReplacement(read("uncount").strip()).replace("{shard}", "$1"))
            .replaceAll("\\{count finished (\\$\\d+)}", "{count}$1")
            .transform(Sql::withCounts);
    this.text = whole.replaceAll(FOR_AUDIT, "");
    this.audited = whole.replaceAll(FOR_AUDIT, "$1");
  }

  /** The name of its file. */
  String file() {
    return file;
  }

  /** What PostgreSQL is sent. */
  String text() {
    return text;
  }

  /** The same, writing to the audit log besides if that is wanted. */
  String text(boolean audit) {
    return audit ? audited : text;
  }

  private static String withCounts(String text) {
    int at = text.indexOf("{count}");
    if (at < 0) {
      return text;
    }
    int end = text.indexOf('\n', at);
    String shard = text.substring(at + "{count}".length(), end);
    return text.substring(0, at)
        + read("count-finished").replace("{shard}", shard)
        + text.substring(end);
  }

  private static String read(String name) {
    String path = "/sql/" + name + ".sql";
    try (InputStream in = Sql.class.getResourceAsStream(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
