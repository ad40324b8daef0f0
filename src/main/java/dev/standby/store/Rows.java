package dev.standby.store;

import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.SourceType;
import dev.standby.trigger.Status;
import dev.standby.trigger.Terms;
import dev.standby.trigger.TriggerType;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Rows as triggers. */
final class Rows {
  private Rows() {}

  /** The trigger whose columns begin at {@code at}, in the order of {@link Sql}. */
  static EventTrigger trigger(Row row, int at) {
    return new EventTrigger(
        row.getUUID(at),
        row.getString(at + 1),
        row.getString(at + 2),
        SourceType.ofCode(row.getString(at + 3)),
        row.getString(at + 4),
        row.getString(at + 5),
        row.getString(at + 6),
        Status.ofCode(row.getString(at + 7)),
        row.getString(at + 8),
        row.getString(at + 9),
        row.getInteger(at + 10),
        instant(row, at + 11),
        instant(row, at + 12),
        instant(row, at + 13),
        terms(row, at + 15),
        row.getString(at + 14),
        row.getString(at + 20));
  }

  private static Terms terms(Row row, int at) {
    String type = row.getString(at);
    String schema = row.getString(at + 1);
    String timeoutPayload = row.getString(at + 2);
    String notifyUrl = row.getString(at + 3);
    String emitKey = row.getString(at + 4);
    return type == null
            && schema == null
            && timeoutPayload == null
            && notifyUrl == null
            && emitKey == null
        ? Terms.NONE
        : new Terms(
            type == null ? TriggerType.EVENT : TriggerType.ofCode(type),
            schema,
            timeoutPayload,
            notifyUrl,
            emitKey);
  }

  /** All rows as triggers, whose columns begin at the first. */
  static List<EventTrigger> triggers(RowSet<Row> rows) {
    List<EventTrigger> triggers = new ArrayList<>(rows.size());
    for (Row row : rows) {
      triggers.add(trigger(row, 0));
    }
    return triggers;
  }

  /** How many bytes the payloads of all rows take, as the statement says. */
  static long bytes(RowSet<Row> rows) {
    long bytes = 0;
    for (Row row : rows) {
      bytes += row.getLong("bytes");
    }
    return bytes;
  }

  /** How many rows a statement has found, of which these are as many as may be told at once. */
  static long found(RowSet<Row> rows) {
    return rows.size() == 0 ? 0 : rows.iterator().next().getLong("found");
  }

  /** How long after its deadline a trigger has ended. */
  static Duration lateness(Row row, int at) {
    return Duration.between(row.getOffsetDateTime(at + 13), row.getOffsetDateTime(at + 12));
  }

  private static Instant instant(Row row, int at) {
    OffsetDateTime instant = row.getOffsetDateTime(at);
    return instant == null ? null : instant.toInstant();
  }
}
