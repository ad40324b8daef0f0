package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node is given of the deliveries that are due. */
class DeliveryQueueTest {
  private static final String DATABASE = TestPostgres.newDatabase();
  private java.sql.Connection connection;

  @BeforeAll
  static void migrate() {
    // It makes the tables, and takes nothing once it has stopped.
    try (Standby node = Nodes.alone(DATABASE)) {
      assertThat(node.url()).isNotNull();
    }
  }

  @BeforeEach
  void open() throws SQLException {
    connection = TestPostgres.connect(DATABASE);
    TestPostgres.execute(DATABASE, "TRUNCATE webhook_delivery, event_trigger");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void shouldTakeTurnsAmongProjectsAndReceivers() throws SQLException {
    due("flood", "http://dead", 1000, 0);
    due("flood", "http://alive", 5, 0);
    due("quiet", "http://dead", 1, 0);
    due("quiet", "http://other", 1, 0);

    List<String> taken = claim(10, 4, "{}", "{}", 32, 1_000_000);

    assertThat(taken).hasSize(9);
    assertThat(taken).filteredOn(t -> t.endsWith("http://dead")).hasSize(4);
    assertThat(taken).filteredOn(t -> t.endsWith("http://alive")).hasSize(4);
    assertThat(taken).contains("quiet http://dead", "quiet http://other");
    assertThat(claim(10, 4, "{http://dead,http://alive}", "{0,1}", 32, 1_000_000))
        .containsExactly("flood http://alive");
  }

  @Test
  void shouldGiveAProjectNoMoreThanItsShare() throws SQLException {
    due("flood", "http://r", 300, 0);
    TestPostgres.execute(
        DATABASE, "UPDATE webhook_delivery SET origin = origin || left(event_key, 8)");
    due("quiet", "http://r", 2, 0);

    List<String> taken = claim(50, 4, "{}", "{}", 8, 1_000_000);

    assertThat(taken).filteredOn(t -> t.startsWith("flood")).hasSize(8);
    assertThat(taken).filteredOn(t -> t.startsWith("quiet")).hasSize(2);
  }

  @Test
  void shouldGiveNoMoreThanFitsIntoMemoryAndOneAtLeast() throws SQLException {
    due("large", "http://r", 6, 1000);

    assertThat(claim(50, 50, "{}", "{}", 50, 2500)).hasSize(3);
    assertThat(claim(50, 50, "{}", "{}", 50, 0)).hasSize(1);
    assertThat(claim(50, 50, "{}", "{}", 50, 1_000_000)).hasSize(2);
    assertThat(claim(50, 50, "{}", "{}", 50, 1_000_000)).isEmpty();
  }

  private void due(String project, String origin, int count, int bytes) {
    String from = " FROM generate_series(1, " + count + ") n";
    TestPostgres.execute(
        DATABASE,
        ("WITH t AS (INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type,"
                + " status, finished_at, timeout_secs, expires_at, response_payload)"
                + " SELECT '%s', now(), gen_random_uuid(), gen_random_uuid()::text, 'job_run',"
                + " 'received', now(), 60, now(), to_json(repeat('x', %d))"
                + from
                + " RETURNING *)"
                + " INSERT INTO webhook_delivery (project_id, event_key, requested_at, trigger_id, url,"
                + " origin, created_at, since, next_at)"
                + " SELECT project_id, event_key, requested_at, id, '%s/', '%s', now(), now(), now() FROM t")
            .formatted(project, Math.max(0, bytes - 2), origin, origin));
  }

  /** The projects and receivers of what is given. */
  private List<String> claim(
      int limit, int perOrigin, String origins, String rooms, int perProject, long bytes)
      throws SQLException {
    String sql = Sql.CLAIM_DELIVERIES.text();
    Object[] values = {limit, 60_000, perOrigin, origins, rooms, perProject, "{}", "{}", bytes};
    List<String> taken = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(positional(sql, values))) {
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          taken.add(row.getString(7) + " " + row.getString(4));
        }
      }
    }
    Collections.sort(taken);
    return taken;
  }

  /** JDBC knows no {@code $1}. */
  private static String positional(String sql, Object... values) {
    String text = sql;
    for (int i = 0; i < values.length; i++) {
      String value = values[i] instanceof String s ? "'" + s + "'" : values[i].toString();
      text = text.replace("$" + (i + 1), value);
    }
    return text;
  }
}
