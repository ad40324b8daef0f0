package dev.standby.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.Scrape;
import dev.standby.support.TestPostgres;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node shows of the database while that has other things to do. */
@Timeout(120)
class DatabaseReadingsTest {
  /** Longer than it rests after it has counted. */
  private static final Duration SOON = Duration.ofSeconds(40);

  private static final String DATABASE = TestPostgres.newDatabase();

  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node = Nodes.start(DATABASE, Map.of("STANDBY_DATABASE_POOL_SIZE", "1"));
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldStillAnswerAndKeepItsCountsWhenCountingTakesTooLong() throws SQLException {
    api.register("counted");
    Await.until("it is counted", SOON, () -> waiting(Scrape.of(node)) >= 1);
    Scrape before = Scrape.of(node);
    try (Connection connection = TestPostgres.connect(DATABASE);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE event_stats IN ACCESS EXCLUSIVE MODE");
      Await.until("counting has failed", SOON, () -> failures(Scrape.of(node)) > failures(before));

      Scrape scrape = Scrape.of(node);
      assertThat(scrape.value("standby_database_up")).isEqualTo(1);
      assertThat(waiting(scrape)).isEqualTo(waiting(before));
      connection.rollback();
    }

    api.register("counted later");
    Await.until("it counts again", SOON, () -> waiting(Scrape.of(node)) == waiting(before) + 1);
  }

  @Test
  void shouldReadWhilePurgesHaveAllConnectionsOfRequests() throws SQLException {
    try (Connection connection = TestPostgres.connect(DATABASE);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE event_trigger IN SHARE MODE");
      CompletableFuture<Api.Answer> purge =
          api.sendAsync(
              api.request("/v1/events/purge")
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString("{\"older_than_days\":1}"))
                  .build());
      Await.until(
          "no connection is left",
          SOON,
          () -> Scrape.of(node).value("standby_database_pool_used", "pool", "requests") == 1);
      TestPostgres.execute(
          DATABASE,
          "INSERT INTO held_event (project_id, id, event_key, held_at, held_until) SELECT 'many',"
              + " gen_random_uuid(), 'k', now(), now() + interval '1 hour'"
              + " FROM generate_series(1, 100010)");

      // A hundred thousand, as more of them are not counted.
      Await.until("held are counted", SOON, () -> held(Scrape.of(node)) == 100_000);
      assertThat(Scrape.of(node).value("standby_database_up")).isEqualTo(1);
      assertThat(purge).isNotDone();
      connection.rollback();
      assertThat(purge.join().status()).isEqualTo(200);
    }
  }

  private static double waiting(Scrape scrape) {
    return scrape.value("standby_triggers", "status", "waiting");
  }

  private static double held(Scrape scrape) {
    return scrape.value("standby_held_events");
  }

  private static double failures(Scrape scrape) {
    return scrape.value("standby_database_statement_failures_total", "statement", "measure");
  }
}
