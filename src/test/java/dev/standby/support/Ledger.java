package dev.standby.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the database says, whatever the nodes do. */
public final class Ledger {
  private final String url;

  /** Of a database whose URL {@link TestPostgres#newDatabase} gave. */
  public Ledger(String url) {
    this.url = url;
  }

  /** A row, as far as outcomes go. */
  public record Row(
      String id,
      String status,
      String payload,
      Instant requestedAt,
      Instant finishedAt,
      Instant expiresAt) {
    /** Whether an answer shows this row as it is. */
    public boolean isShownBy(JsonNode trigger) {
      return isShownBy(trigger, Set.of());
    }

    /** As {@link #isShownBy(JsonNode)}, but for fields that the one who answers may not know. */
    public boolean isShownBy(JsonNode trigger, Set<String> passedOver) {
      return trigger.path("id").asText().equals(id)
          && trigger.path("status").asText().equals(status)
          && (payload == null
              ? !trigger.has("response_payload")
              : trigger.path("response_payload").equals(Api.json(payload)))
          && (status.equals("received")
              ? trigger.has("received_at")
                  && Instant.parse(trigger.path("received_at").asText()).equals(finishedAt)
              : !trigger.has("received_at"))
          && (passedOver.contains("finished_at")
              || (finishedAt == null
                  ? !trigger.has("finished_at")
                  : trigger.has("finished_at")
                      && Instant.parse(trigger.path("finished_at").asText()).equals(finishedAt)));
    }
  }

  /** The rows of the keys that start with {@code prefix}, by key, oldest first. */
  public Map<String, List<Row>> rows(String prefix) {
    Map<String, List<Row>> rows = new HashMap<>();
    String sql =
        "SELECT event_key, id::text, status, response_payload::text, requested_at, finished_at,"
            + " expires_at FROM event_trigger WHERE starts_with(event_key, ?) AND status <> 'holding'"
            + " ORDER BY requested_at";
    try (Connection connection = TestPostgres.connect(url);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, prefix);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows.computeIfAbsent(row.getString(1), key -> new ArrayList<>())
              .add(
                  new Row(
                      row.getString(2),
                      row.getString(3),
                      row.getString(4),
                      instant(row, 5),
                      instant(row, 6),
                      instant(row, 7)));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return rows;
  }

  /** Fails unless the kept counts equal counted rows, and no row contradicts itself or another. */
  public void assertBalanced() {
    assertThat(
            query(
                "SELECT coalesce(c.project_id, s.project_id),"
                    + " c.waiting, s.waiting, c.received, s.received, c.timed_out, s.timed_out,"
                    + " c.canceled, s.canceled, c.wait_secs, s.wait_secs"
                    + " FROM (SELECT project_id, count(*) FILTER (WHERE status = 'waiting') AS waiting,"
                    + " count(*) FILTER (WHERE status = 'received') AS received,"
                    + " count(*) FILTER (WHERE status = 'timed_out') AS timed_out,"
                    + " count(*) FILTER (WHERE status = 'canceled') AS canceled,"
                    + " coalesce(sum(extract(epoch FROM finished_at - requested_at))"
                    + " FILTER (WHERE status = 'received'), 0) AS wait_secs"
                    + " FROM event_trigger WHERE status <> 'holding' GROUP BY project_id) c"
                    + " FULL JOIN (SELECT project_id, sum(waiting) AS waiting, sum(received) AS received,"
                    + " sum(timed_out) AS timed_out, sum(canceled) AS canceled, sum(wait_secs) AS wait_secs"
                    + " FROM event_stats GROUP BY project_id) s USING (project_id)"
                    + " WHERE (coalesce(c.waiting, 0), coalesce(c.received, 0), coalesce(c.timed_out, 0),"
                    + " coalesce(c.canceled, 0), coalesce(c.wait_secs, 0))"
                    + " IS DISTINCT FROM (s.waiting, s.received, s.timed_out, s.canceled, s.wait_secs)"))
        .as("projects whose counts are not those of their rows")
        .isEmpty();
    assertThat(
            query(
                "SELECT event_key, status, requested_at, finished_at, expires_at FROM event_trigger"
                    + " WHERE finished_at < requested_at"
                    + " OR status IN ('received', 'canceled') AND finished_at >= expires_at"
                    + " AND trigger_type IS NULL"
                    + " OR status = 'timed_out' AND finished_at < expires_at LIMIT 10"))
        .as("rows that ended before they began, past their deadline, or before it for no reason")
        .isEmpty();
    assertThat(
            query(
                "SELECT project_id, event_key, count(*) FROM event_trigger WHERE status = 'waiting'"
                    + " GROUP BY project_id, event_key HAVING count(*) > 1 LIMIT 10"))
        .as("keys with two waiting triggers")
        .isEmpty();
    assertThat(
            query(
                "SELECT h.event_key FROM held_event h LEFT JOIN event_trigger t"
                    + " ON t.project_id = h.project_id AND t.event_key = h.event_key"
                    + " AND t.status = 'holding'"
                    + " WHERE t.id IS NULL LIMIT 10"))
        .as("keys with events that no registration would find")
        .isEmpty();
    assertThat(
            query(
                "SELECT id, count(*) FROM event_trigger GROUP BY id HAVING count(*) > 1 LIMIT 10"))
        .as("ids of two triggers")
        .isEmpty();
  }

  /** A connection of its own to the database. */
  public Connection connect() throws SQLException {
    return TestPostgres.connect(url);
  }

  /** The rows of a query, each as text. */
  public List<String> query(String sql) {
    try (Connection connection = TestPostgres.connect(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          text.append(i > 1 ? "|" : "").append(row.getString(i));
        }
        rows.add(text.toString());
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static Instant instant(ResultSet row, int at) throws SQLException {
    OffsetDateTime time = row.getObject(at, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
