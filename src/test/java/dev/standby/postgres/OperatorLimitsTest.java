package dev.standby.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.Standby;
import dev.standby.config.ConfigException;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Keys;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import dev.standby.support.Scrape;
import dev.standby.support.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator allows the role of a node, and what a node says when that is not enough. */
class OperatorLimitsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final AtomicInteger roles = new AtomicInteger();

  private static String admin;
  private static String role;
  private static String url;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    admin = TestPostgres.newDatabase();
    role = role();
    TestPostgres.execute(admin, "ALTER DATABASE " + name(admin) + " OWNER TO " + role);
    for (String limit :
        new String[] {
          "statement_timeout = '1s'",
          "lock_timeout = '300ms'",
          "idle_in_transaction_session_timeout = '500ms'"
        }) {
      TestPostgres.execute(admin, "ALTER ROLE " + role + " SET " + limit);
    }
    url = as(role);
    node =
        Nodes.start(
            url,
            Map.of(
                "STANDBY_DATABASE_STATEMENT_TIMEOUT_SECS", "0",
                "STANDBY_WEBHOOKS_ALLOWED_NETWORKS", "127.0.0.0/8"));
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
    new Ledger(admin).assertBalanced();
  }

  /** A role that owns nothing, and may only come in. */
  private static String role() {
    String name = "operator_" + ProcessHandle.current().pid() + "_" + roles.incrementAndGet();
    TestPostgres.execute(admin, "CREATE ROLE " + name + " LOGIN");
    return name;
  }

  private static String as(String other) {
    return admin.replace("postgres@", other + "@");
  }

  private static String name(String database) {
    return database.substring(database.lastIndexOf('/') + 1);
  }

  @Test
  void shouldDoAllThatANodeDoesWhenItsRoleIsNoMoreThanTheOwnerOfTheDatabase() {
    new Flow(api, "flow/").walk();
    Keys.all(node, "keys");
  }

  @Test
  void shouldAnswer503AndChangeNothingWhenAStatementTakesLongerThanItMay() throws SQLException {
    for (int i = 0; i < 3; i++) {
      assertThat(api.register("slow/" + i).status()).isEqualTo(201);
    }
    // Each row takes a while: the statement has done some of them when its time is over.
    TestPostgres.execute(
        admin,
        "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM pg_sleep(0.7); RETURN NEW; END'");
    TestPostgres.execute(
        admin,
        "CREATE TRIGGER slowly BEFORE UPDATE ON event_trigger FOR EACH ROW"
            + " WHEN (starts_with(OLD.event_key, 'slow/')) EXECUTE FUNCTION slowly()");

    Api.Answer many = api.post("/v1/events/prefix/slow%2F/send?project_id=default", "{}");
    assertThat(many.status()).as(many.text()).isEqualTo(503);
    assertThat(many.field("detail")).contains("longer than it may");
    assertThat(many.header("Retry-After")).isEqualTo("1");
    assertThat(received("slow/")).isZero();
    // The first may go alone, and be in time; the others go together.
    Api.Answer batch =
        api.post(
            "/v1/batch/send",
            "{\"items\":[{\"event_key\":\"slow/0\"},{\"event_key\":\"slow/1\"},"
                + "{\"event_key\":\"slow/2\"}]}");
    assertThat(batch.text()).contains("longer than it may");
    long sent =
        batch.json().findValues("status").stream().filter(s -> s.asText().equals("200")).count();
    assertThat(received("slow/")).isEqualTo(sent);

    TestPostgres.execute(admin, "DROP TRIGGER slowly ON event_trigger");
    assertThat(
            api.post("/v1/events/prefix/slow%2F/send?project_id=default", "{}")
                .json()
                .path("resolved")
                .asLong())
        .isEqualTo(3 - sent);
  }

  private static long received(String prefix) {
    return new Ledger(admin)
        .rows(prefix).values().stream()
            .filter(rows -> rows.get(0).status().equals("received"))
            .count();
  }

  @Test
  void shouldAnswer503WhenSomebodyHoldsARowForTooLong() throws SQLException {
    assertThat(api.register("locked").status()).isEqualTo(201);
    try (Connection other = TestPostgres.connect(admin);
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT FROM event_trigger WHERE event_key = 'locked' FOR UPDATE");

      Api.Answer refused = api.post("/v1/events/locked/send", "{}");
      assertThat(refused.status()).as(refused.text()).isEqualTo(503);
      assertThat(refused.field("detail")).contains("Others hold");
      other.rollback();
    }
    assertThat(api.post("/v1/events/locked/send", "{}").status()).isEqualTo(200);
  }

  @Test
  void shouldAnswer503AndGoOnWhenAllConnectionsAreTaken() {
    CompletableFuture<?>[] lists = new CompletableFuture<?>[40];
    TestPostgres.execute(admin, "ALTER ROLE " + role + " CONNECTION LIMIT 0");
    try {
      cut();
      Await.until("a request finds no connection", LIMIT, () -> status("/v1/events/x") == 503);
      for (int i = 0; i < lists.length; i++) {
        lists[i] =
            api.postAsync("/v1/events/prefix/p/send?project_id=default", "{}")
                .thenAccept(answer -> assertThat(answer.status()).isIn(200, 503));
      }
      CompletableFuture.allOf(lists).join();
    } finally {
      TestPostgres.execute(admin, "ALTER ROLE " + role + " CONNECTION LIMIT -1");
    }

    Await.until("it is served again", LIMIT, () -> status("/v1/events/x") == 404);
    // None of those is counted for ever that no connection could be had for.
    Await.until(
        "none waits any more",
        LIMIT,
        () -> Scrape.of(node).value("standby_database_pool_waiting", "pool", "requests") == 0);
  }

  @Test
  void shouldAnswer503WhenTheRoleIsNotLetInForAWhile() {
    TestPostgres.execute(admin, "ALTER ROLE " + role + " NOLOGIN");
    try {
      cut();
      Await.until("it is away", LIMIT, () -> status("/v1/events/x") == 503);
      assertThat(status("/v1/events/stats")).isEqualTo(503);
      assertThat(status("/v1/events?project_id=default")).isEqualTo(503);
      assertThat(status("/health/ready")).isEqualTo(503);
    } finally {
      TestPostgres.execute(admin, "ALTER ROLE " + role + " LOGIN");
    }

    Await.until("it is served again", LIMIT, () -> status("/v1/events/stats") == 200);
    assertThat(api.register("in-again").status()).isEqualTo(201);
  }

  private static void cut() {
    TestPostgres.execute(
        admin,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + role + "'");
  }

  private static int status(String path) {
    return api.get(path).status();
  }

  @Test
  void shouldSayWhatTheRoleNeedsWhenItMayCreateNothing() {
    String empty = TestPostgres.newDatabase();

    assertThat(complaint(empty.replace("postgres@", role() + "@")))
        .contains("permission denied for schema public", "have CREATE on it");
  }

  @Test
  void shouldSayWhatToDoWhenThereIsNoConnectionLeft() {
    String other = role();
    TestPostgres.execute(admin, "ALTER ROLE " + other + " CONNECTION LIMIT 0");

    assertThat(complaint(as(other))).contains("too many connections", "max_connections");
  }

  private static String complaint(String database) {
    String[] said = {""};
    assertThatThrownBy(() -> Nodes.alone(database).close())
        .isInstanceOf(ConfigException.class)
        .satisfies(refusal -> said[0] = refusal.getMessage());
    assertThat(said[0]).contains("database.url").doesNotContain("\n", "Exception");
    return said[0];
  }
}
