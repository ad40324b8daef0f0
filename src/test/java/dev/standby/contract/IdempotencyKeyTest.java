package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Keys;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import dev.standby.support.Swarm;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an idempotency key is, whose it is, and how long it is known. */
@Timeout(120)
class IdempotencyKeyTest {
  private static final Database database = Database.create();

  private static Standby node;
  private static Standby guarded;
  private static Api api;
  private static Waits waits;
  private static Repeats repeats;

  @BeforeAll
  static void start() {
    node = Nodes.alone(database.url());
    guarded = Nodes.start(database.url(), Map.of("STANDBY_AUTH", "keys"));
    api = new Api(node.url());
    waits = new Waits(api);
    repeats = new Repeats(api, database);
  }

  @AfterAll
  static void stop() {
    node.close();
    guarded.close();
  }

  @AfterEach
  void balance() {
    new Ledger(database.url()).assertBalanced();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\tb", "x256"})
  void shouldRefuseWhatIsNoKey(String text) {
    String key = waits.waiting();
    Api.Answer refused =
        repeats.post(text.equals("x256") ? "x".repeat(256) : text, Api.path(key) + "/send", "{}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.field("detail")).contains("1 to 255 visible ASCII");
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldTakeAKeyOf255CharactersOnceInTheRequest() {
    String key = waits.waiting();

    assertThat(repeats.post("!~".repeat(127) + "x", Api.path(key) + "/send", "{}").status())
        .isEqualTo(200);
    assertThat(
            api.send(
                    api.request(Api.path(key) + "/send")
                        .header("Idempotency-Key", "a")
                        .header("Idempotency-Key", "b")
                        .POST(BodyPublishers.noBody())
                        .build())
                .field("detail"))
        .contains("Idempotency-Key is given 2 times");
  }

  @Test
  void shouldPassOverTheHeaderOfOtherMethodsAndKeepNothingOfRequestsWithoutIt() {
    String key = waits.waiting();
    long kept = database.count("SELECT count(*) FROM idempotency");
    for (String method : List.of("GET", "PATCH", "DELETE")) {
      Api.Answer answer =
          api.send(
              api.request(Api.path(key))
                  .header("Idempotency-Key", "not a key, but who cares")
                  .header("Content-Type", "application/json")
                  .method(
                      method,
                      method.equals("PATCH")
                          ? BodyPublishers.ofString("{\"timeout_secs\":60}")
                          : BodyPublishers.noBody())
                  .build());
      assertThat(answer.status()).as(method).isEqualTo(200);
    }
    waits.received();

    assertThat(database.count("SELECT count(*) FROM idempotency")).isEqualTo(kept);
  }

  @Test
  void shouldKnowAKeyWithinItsProjectWhoeverUsesItThere() {
    String once = Repeats.newKey();
    Repeats one = as(Keys.all(guarded, "one"));
    Repeats colleague = as(Keys.of(guarded, "one", Scope.REGISTER));
    Repeats other = as(Keys.all(guarded, "other"));
    String body = "{\"event_key\":\"shared\"}";

    Api.Answer first = one.post(once, "/v1/events", body);

    Repeats.assertReplayed(colleague.post(once, "/v1/events", body), first);
    assertThat(colleague.post(once, "/v1/events", "{\"event_key\":\"x\"}").status()).isEqualTo(422);
    assertThat(other.post(once, "/v1/events", body).header("Idempotency-Replayed")).isNull();
    assertThat(colleague.post(once, "/v1/keys", "{\"scopes\":[\"admin\"]}").status())
        .isEqualTo(403);
  }

  @Test
  void shouldNotMixTheKeysOfALinkWithThoseOfItsProject() {
    String once = Repeats.newKey();
    String link = "/v1/callbacks/" + waits.token();
    String other = "/v1/callbacks/" + waits.token();

    Api.Answer first = repeats.post(once, link, "{\"a\":1}");

    assertThat(first.status()).isEqualTo(200);
    assertThat(repeats.post(once, other, "{\"a\":1}").header("Idempotency-Replayed")).isNull();
    assertThat(
            repeats
                .post(once, Api.path(waits.waiting()) + "/send?project_id=default", "{}")
                .status())
        .isEqualTo(200);
    Repeats.assertReplayed(repeats.post(once, link, "{\"a\":1}"), first);
    assertThat(repeats.post(once, link, "{\"a\":2}").status()).isEqualTo(422);
  }

  @Test
  void shouldForgetAKeyAfterADay() {
    String key = waits.key();
    String once = Repeats.newKey();
    String body = "{\"payload\":1,\"hold_secs\":60}";
    repeats.post(once, Api.path(key) + "/send", body);
    age("23 hours 59 minutes");
    assertThat(repeats.post(once, Api.path(key) + "/send", body).header("Idempotency-Replayed"))
        .isEqualTo("true");
    age("1 minute");

    Api.Answer anew = repeats.post(once, Api.path(key) + "/send", body);
    Api.Answer again = repeats.post(once, Api.path(key) + "/send", body);

    assertThat(anew.header("Idempotency-Replayed")).isNull();
    Repeats.assertReplayed(again, anew);
    assertThat(database.count("SELECT count(*) FROM held_event WHERE event_key = '" + key + "'"))
        .isEqualTo(2);
  }

  private static void age(String interval) {
    database.execute(
        "UPDATE idempotency SET created_at = created_at - interval '" + interval + "'");
  }

  @Test
  void shouldTellWhoComesWhileTheFirstIsCarriedOutToComeLater() {
    String key = waits.waiting();

    Api.Answer early = repeats.inFlight(Api.path(key) + "/send", "{\"payload\":1}");

    assertThat(early.status()).isEqualTo(409);
    assertThat(early.field("detail")).contains("still being carried out");
    assertThat(early.json().path("in_flight").asBoolean()).isTrue();
    assertThat(early.header("Retry-After")).isEqualTo("1");
    assertThat(early.header("Idempotency-Replayed")).isNull();
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("received");
  }

  @Test
  void shouldHoldUpNobodyElseOfAProjectWhileAPrefixSendLasts() throws SQLException {
    api.post("/v1/events", "{\"event_key\":\"lasting/1\",\"project_id\":\"lasting\"}");
    database.execute(
        "CREATE FUNCTION last() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM pg_advisory_xact_lock(4712); RETURN NULL; END';"
            + " CREATE TRIGGER lasting AFTER INSERT OR UPDATE ON event_stats FOR EACH ROW"
            + " WHEN (NEW.project_id = 'lasting' AND NEW.received > 0) EXECUTE FUNCTION last()");
    try (Connection gate = TestPostgres.connect(database.url());
        Statement statement = gate.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(4712)");
      CompletableFuture<Api.Answer> lasting =
          repeats.postAsync(
              Repeats.newKey(),
              "/v1/events/prefix/lasting%2F/send?project_id=lasting",
              "{\"payload\":1}");
      Await.until(
          "it has its counters locked",
          Duration.ofSeconds(20),
          () ->
              database.count(
                      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4712"
                          + " AND NOT granted")
                  == 1);

      // More of them than there are counters to choose from.
      List<CompletableFuture<Api.Answer>> others =
          IntStream.range(0, 250)
              .mapToObj(
                  i ->
                      repeats.postAsync(
                          Repeats.newKey(),
                          "/v1/events",
                          "{\"event_key\":\"other/%d\",\"project_id\":\"lasting\"}".formatted(i)))
              .toList();

      assertThat(Swarm.all(others)).extracting(Api.Answer::status).containsOnly(201);
      assertThat(lasting).isNotDone();
      statement.execute("SELECT pg_advisory_unlock(4712)");
      assertThat(lasting.join().field("resolved")).isEqualTo("1");
    } finally {
      database.execute("DROP TRIGGER lasting ON event_stats; DROP FUNCTION last()");
    }
  }

  @Test
  void shouldLetNobodyReadAnAnswerInTheDatabase() {
    Api.Answer made = repeats.post(Repeats.newKey(), "/v1/keys", "{\"scopes\":[\"admin\"]}");

    String secret = made.field("key").split("_", 3)[2];
    assertThat(
            database.count(
                "SELECT count(*) FROM idempotency WHERE position('%s'::bytea IN answer) > 0"
                    .formatted(secret)))
        .isZero();
    assertThat(
            database.count(
                "SELECT count(*) FROM idempotency WHERE position('admin'::bytea IN answer) > 0"))
        .isZero();
  }

  @Test
  void shouldKeepNoMoreKeysForAProjectThanItMay() {
    Database own = Database.create();
    try (Standby small =
        Nodes.start(own.url(), Map.of("STANDBY_DATABASE_MAX_IDEMPOTENCY_KEYS_PER_PROJECT", "2"))) {
      Repeats few = new Repeats(new Api(small.url()), own);
      Api.Answer first = few.post("1", "/v1/events", "{\"event_key\":\"a\"}");
      few.post("2", "/v1/events", "{\"event_key\":\"b\"}");

      Api.Answer tooMany = few.post("3", "/v1/events", "{\"event_key\":\"c\"}");

      assertThat(tooMany.status()).isEqualTo(429);
      assertThat(tooMany.header("Retry-After")).isNotNull();
      assertThat(own.count("SELECT count(*) FROM event_trigger")).isEqualTo(2);
      Repeats.assertReplayed(few.post("1", "/v1/events", "{\"event_key\":\"a\"}"), first);
    }
  }

  private static Repeats as(String credentials) {
    return new Repeats(new Api(guarded.url()).with(credentials), database);
  }
}
