package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A deadline is a deadline, by the database's clock: prompt, on whichever node, and exactly once.
 */
class DeadlineTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String CHANGED = "standby.events.changed";

  private String database;

  @BeforeEach
  void newDatabase() {
    database = TestPostgres.newDatabase();
  }

  @Test
  void shouldTimeOutWithin100MillisWhenTheNodeIsIdle() throws SQLException {
    try (Standby node = Nodes.alone(database)) {
      Api api = new Api(node.url());
      CompletableFuture<?>[] registrations =
          IntStream.range(0, 200)
              .mapToObj(i -> api.postAsync("/v1/events", waitFor("soon-" + i, 1)))
              .toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(registrations).join();

      Await.until("all are timed out", LIMIT, () -> count(api, "timed_out_count") == 200);

      String late = "extract(epoch FROM finished_at - expires_at) * 1000";
      assertThat(number("SELECT min(" + late + ") FROM event_trigger")).isNotNegative();
      assertThat(
              number(
                  "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY "
                      + late
                      + ") FROM event_trigger"))
          .as("median lateness in milliseconds")
          .isLessThan(100);
    }
  }

  @Test
  void shouldRefuseEveryEventPastTheDeadlineWhenNobodyHasSweptYet() {
    try (Standby node = Nodes.start(database, Map.of("STANDBY_TIMEOUT_TICK_MILLIS", "60000"))) {
      Api api = new Api(node.url());
      for (String key : new String[] {"late-send", "late-cancel", "late-prefix", "late-register"}) {
        assertThat(api.register(key).status()).isEqualTo(201);
      }
      TestPostgres.execute(
          database, "UPDATE event_trigger SET expires_at = now() - interval '1 millisecond'");

      Api.Answer sent = api.post(Api.path("late-send") + "/send", "{\"payload\":1}");
      Api.Answer canceled = api.delete(Api.path("late-cancel"));
      Api.Answer prefixed = api.post("/v1/events/prefix/late-prefix/send", "{\"payload\":1}");
      Api.Answer again = api.register("late-register");

      assertThat(sent.status()).isEqualTo(409);
      assertTimedOut(api, "late-send");
      assertThat(canceled.status()).isEqualTo(409);
      assertTimedOut(api, "late-cancel");
      assertThat(prefixed.status()).isEqualTo(200);
      assertThat(prefixed.json().path("resolved").asInt()).isZero();
      assertTimedOut(api, "late-prefix");
      assertThat(again.status()).isEqualTo(201);
      assertThat(count(api, "timed_out_count")).isEqualTo(4);
      assertThat(count(api, "waiting_count")).isEqualTo(1);
    }
  }

  @Test
  void shouldTimeOutOnAnotherNodeWhenTheNodeOfTheRegistrationWasKilled() throws SQLException {
    try (Standby survivor = Nodes.alone(database);
        NodeProcess doomed = NodeProcess.start(Nodes.environment(database, Map.of()))) {
      Api api = new Api(survivor.url());
      assertThat(new Api(doomed.url()).post("/v1/events", waitFor("orphan", 2)).status())
          .isEqualTo(201);

      doomed.kill();

      assertThat(api.get(Api.path("orphan")).field("status")).isEqualTo("waiting");
      Await.until("it is timed out", LIMIT, () -> count(api, "timed_out_count") == 1);
      assertThat(number("SELECT extract(epoch FROM finished_at - expires_at) FROM event_trigger"))
          .as("lateness in seconds")
          .isBetween(0.0, 2.0);
    }
  }

  @Test
  void shouldTimeOutEachOnceWhenTwentyThousandAreDueAtOnceOnTwoNodes() {
    int many = 20_000;
    try (Standby one = Nodes.alone(database);
        Standby two = Nodes.alone(database)) {
      Queue<String> announced = new ConcurrentLinkedQueue<>();
      collect(one, announced);
      collect(two, announced);
      Api api = new Api(one.url());

      TestPostgres.execute(
          database,
          """
          WITH waits AS (
            INSERT INTO event_trigger
              (project_id, requested_at, id, event_key, source_type, timeout_secs, expires_at)
            SELECT 'p', now() + n * interval '1 microsecond', gen_random_uuid(), 'due-' || n, 'job_run', 1,
                   now() + interval '1 second'
            FROM generate_series(1, %d) n
            RETURNING 1
          )
          INSERT INTO event_stats (project_id, shard, waiting) SELECT 'p', 63, count(*) FROM waits
          """
              .formatted(many));

      Await.until("all are timed out", LIMIT, () -> count(api, "waiting_count") == 0);
      Await.until("all are announced", LIMIT, () -> announced.size() >= many);
      assertThat(count(api, "timed_out_count")).isEqualTo(many);
      assertThat(count(api, "total_count")).isEqualTo(many);
      assertThat(announced).hasSize(many).doesNotHaveDuplicates();
    }
  }

  @Test
  void shouldEndWhatIsDueThoughManySleepersAreSentOn() throws SQLException {
    try (Standby node = Nodes.alone(database)) {
      Api api = new Api(node.url());
      insertSleepers(300);
      Await.until("the first has slept", LIMIT, () -> count(api, "received_count") > 0);

      TestPostgres.execute(
          database,
          """
          WITH waits AS (
            INSERT INTO event_trigger
              (project_id, requested_at, id, event_key, source_type, timeout_secs, expires_at)
            VALUES ('q', now(), gen_random_uuid(), 'plain', 'job_run', 1, now())
            RETURNING 1
          )
          INSERT INTO event_stats (project_id, shard, waiting) SELECT 'q', 63, count(*) FROM waits
          """);

      Await.until("it is timed out", LIMIT, () -> count(api, "timed_out_count") == 1);
      Await.until("all have slept", LIMIT, () -> count(api, "received_count") == 300);
      assertThat(
              number(
                  "SELECT count(*) FROM event_trigger WHERE trigger_type = 'sleep' AND finished_at >"
                      + " (SELECT finished_at FROM event_trigger WHERE event_key = 'plain')"))
          .as("sleepers that were sent on afterwards")
          .isPositive();
    }
  }

  @Test
  void shouldPassOverTheSleeperThatSomebodyElseIsAt() throws SQLException {
    try (Standby node = Nodes.start(database, Map.of("STANDBY_TIMEOUT_TICK_MILLIS", "60000"));
        Connection other = TestPostgres.connect(database);
        Statement statement = other.createStatement()) {
      Api api = new Api(node.url());
      insertSleepers(3);
      other.setAutoCommit(false);
      statement.execute("SELECT FROM event_trigger WHERE event_key = 'sleeper-1' FOR UPDATE");

      // Has the node look.
      api.post("/v1/events", waitFor("alarm", 1));

      Await.until("the others have slept", LIMIT, () -> count(api, "received_count") == 2);
      assertThat(
              number(
                  "SELECT count(*) FROM event_trigger"
                      + " WHERE trigger_type = 'sleep' AND status = 'waiting'"))
          .isOne();
      other.rollback();
      Await.until("it has as well", LIMIT, () -> count(api, "received_count") == 3);
    }
  }

  /** They are due at once, the first of them first. */
  private void insertSleepers(int many) {
    TestPostgres.execute(
        database,
        """
        WITH waits AS (
          INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type, timeout_secs, expires_at,
                                     trigger_type, emit_key)
          SELECT 'p', now() + n * interval '1 microsecond', gen_random_uuid(), 'sleeper-' || n, 'job_run', 1,
                 now() - interval '1 second' + n * interval '1 microsecond', 'sleep', 'to-' || n
          FROM generate_series(1, %d) n
          RETURNING 1
        )
        INSERT INTO event_stats (project_id, shard, waiting) SELECT 'p', 63, count(*) FROM waits
        """
            .formatted(many));
  }

  private static void collect(Standby node, Queue<String> ids) {
    node.vertx()
        .eventBus()
        .<JsonObject>consumer(
            CHANGED,
            message -> {
              JsonArray triggers = message.body().getJsonArray("triggers");
              for (int i = 0; i < triggers.size(); i++) {
                ids.add(triggers.getJsonObject(i).getString("id"));
              }
            });
  }

  private static void assertTimedOut(Api api, String key) {
    Api.Answer answer = api.get(Api.path(key));
    assertThat(answer.field("status")).isEqualTo("timed_out");
    assertThat(answer.field("error")).isEqualTo("event trigger timed out");
    assertThat(answer.field("response_payload")).isNull();
  }

  private static String waitFor(String key, int timeoutSecs) {
    return "{\"event_key\":\"%s\",\"timeout_secs\":%d}".formatted(key, timeoutSecs);
  }

  private static long count(Api api, String field) {
    return api.get("/v1/events/stats").json().path(field).asLong();
  }

  private double number(String sql) throws SQLException {
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getDouble(1);
    }
  }
}
