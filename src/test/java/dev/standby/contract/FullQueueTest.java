package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the database can't take in time is refused at once past the queue, and the rest is done. */
@Timeout(60)
class FullQueueTest {
  private static final int REQUESTS = 6;

  private static Database database;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    database = Database.create();
    node =
        Nodes.start(
            database.url(),
            Map.of("STANDBY_DATABASE_MAX_QUEUED", "1", "STANDBY_DATABASE_POOL_SIZE", "1"));
    api = new Api(node.url());
    api.register("known");
    // Whoever waits for the pool's connection to be opened waits in its queue as well.
    api.get("/v1/events?project_id=default");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldRefuseToRegisterPastTheQueue() throws SQLException {
    List<Api.Answer> answers =
        whileLocked(i -> () -> api.postAsync("/v1/events", "{\"event_key\":\"full-" + i + "\"}"));

    assertRefusedPastTheQueue(answers, 201);
    assertThat(database.count("SELECT count(*) FROM event_trigger WHERE event_key LIKE 'full-%'"))
        .isEqualTo(answers.stream().filter(answer -> answer.status() == 201).count());
  }

  @Test
  void shouldRefuseToReadPastTheQueue() throws SQLException {
    assertRefusedPastTheQueue(whileLocked(i -> () -> get("/v1/events/known")), 200);
  }

  @Test
  void shouldRefuseToListPastTheQueue() throws SQLException {
    assertRefusedPastTheQueue(whileLocked(i -> () -> get("/v1/events?project_id=default")), 200);
  }

  @Test
  void shouldBeReadyThoughEveryConnectionForRequestsIsTaken() throws SQLException {
    try (Connection connection = TestPostgres.connect(database.url());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE event_stats IN ACCESS EXCLUSIVE MODE");
      CompletableFuture<Api.Answer> stuck = get("/v1/events/stats");
      Await.until(
          "statistics wait for the lock",
          Duration.ofSeconds(20),
          () -> database.count("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);

      assertThat(api.get("/health/ready").status()).isEqualTo(200);

      assertThat(stuck).isNotDone();
      connection.rollback();
      assertThat(stuck.join().status()).isEqualTo(200);
    }
  }

  private static CompletableFuture<Api.Answer> get(String path) {
    return api.sendAsync(api.request(path).GET().build());
  }

  /** One is on its way, one waits, and the others are refused while the two still stand. */
  private static void assertRefusedPastTheQueue(List<Api.Answer> answers, int done) {
    assertThat(answers).filteredOn(answer -> answer.status() == done).hasSize(2);
    assertThat(answers)
        .filteredOn(answer -> answer.status() != done)
        .hasSize(REQUESTS - 2)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).as(answer.text()).isEqualTo(503);
              assertThat(answer.field("code")).isEqualTo("unavailable");
              assertThat(answer.header("Retry-After")).isEqualTo("1");
            });
  }

  private static List<Api.Answer> whileLocked(
      IntFunction<Supplier<CompletableFuture<Api.Answer>>> requests) throws SQLException {
    try (Connection connection = TestPostgres.connect(database.url());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE event_trigger IN ACCESS EXCLUSIVE MODE");
      List<CompletableFuture<Api.Answer>> running =
          IntStream.range(0, REQUESTS).mapToObj(i -> requests.apply(i).get()).toList();
      Await.until(
          "all but two are refused",
          Duration.ofSeconds(20),
          () -> running.stream().filter(CompletableFuture::isDone).count() == REQUESTS - 2);
      connection.rollback();
      return running.stream().map(CompletableFuture::join).toList();
    }
  }
}
