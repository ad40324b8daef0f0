package dev.standby.fault;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events that nobody has come for are cleared away: all of them, and none besides. */
@Timeout(60)
class ExpiredEventsTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** What a second brings of them at times must be gone in about as long. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static String database;
  private static Standby node;

  @BeforeAll
  static void start() {
    database = TestPostgres.newDatabase();
    node = Nodes.alone(database);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldClearManyAwayAsFastAsTheyMayCome() throws SQLException {
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(slot("'many/' || i", 3000));
      statement.execute(event("'many/' || i", "-1 second", 3000));
      connection.commit();
    }

    Await.until("all are gone", SOON, () -> count("held_event WHERE event_key LIKE 'many/%'") == 0);

    assertThat(count("event_trigger WHERE event_key LIKE 'many/%'")).isZero();
  }

  @Test
  void shouldGiveEventsOutFastWhenManyOthersHaveExpired() throws SQLException {
    int keys = 500;
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(slot("'old/' || i", 100_000));
      statement.execute(event("'old/' || i", "-1 second", 100_000));
      statement.execute(slot("'new/' || i", keys));
      statement.execute(event("'new/' || i", "1 hour", keys));
      statement.execute("ANALYZE event_trigger, held_event");
      connection.commit();
    }
    String items =
        IntStream.rangeClosed(1, keys)
            .mapToObj(i -> "{\"event_key\":\"new/" + i + "\"}")
            .collect(joining(",", "{\"items\":[", "]}"));
    long began = System.nanoTime();

    Api.Answer taken = new Api(node.url()).post("/v1/batch/register", items);

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    assertThat(taken.json().findValuesAsText("status"))
        .filteredOn("received"::equals)
        .hasSize(keys);
  }

  @Test
  void shouldNotFreeAKeyForWhichAnEventComesMeanwhile() throws SQLException {
    try (Connection first = TestPostgres.connect(database);
        Connection second = TestPostgres.connect(database);
        Statement a = first.createStatement();
        Statement b = second.createStatement()) {
      first.setAutoCommit(false);
      second.setAutoCommit(false);
      // The key b has no slot when the clearing locks those that there are, and waits for that of
      // a.
      a.execute(slot("'a'", 1));
      a.execute(event("'a'", "-1 second", 1));
      a.execute(event("'b'", "-1 second", 1));
      first.commit();
      a.execute("SELECT FROM event_trigger WHERE event_key = 'a' FOR UPDATE");
      Await.until("it waits for the slot", LIMIT, () -> count("pg_locks WHERE NOT granted") > 0);
      b.execute(slot("'b'", 1));
      second.commit();
      b.execute("SELECT FROM event_trigger WHERE event_key = 'b' FOR UPDATE");
      b.execute(event("'b'", "1 hour", 1));

      first.rollback();
      Await.until("a is cleared away", LIMIT, () -> cleared("a"));
      second.commit();
    }

    Api.Answer registered = new Api(node.url()).register("b");
    assertThat(registered.field("status")).as(registered.text()).isEqualTo("received");
  }

  private static boolean cleared(String key) {
    // Or it waits with all that it has done for the slot of another.
    return count("held_event WHERE event_key = '" + key + "'") == 0
        || count("pg_locks WHERE NOT granted") > 0;
  }

  private static String slot(String key, int count) {
    return "INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type, status,"
        + " timeout_secs, expires_at) SELECT 'default', now(), gen_random_uuid(), "
        + key
        + ", 'job_run', 'holding', 0, 'infinity' FROM generate_series(1, "
        + count
        + ") i";
  }

  private static String event(String key, String until, int count) {
    return "INSERT INTO held_event (project_id, id, event_key, payload, held_at, held_until)"
        + " SELECT 'default', gen_random_uuid(), "
        + key
        + ", '1', now() - interval '1 minute', now() + interval '"
        + until
        + "' FROM generate_series(1, "
        + count
        + ") i";
  }

  private static int count(String what) {
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + what)) {
      rows.next();
      return rows.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
