package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.OpenApiDocument.Operation;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import dev.standby.trigger.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with an idempotency key (contract, section "Safe to repeat"). */
@Timeout(120)
class IdempotencyTest {
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

  @TestFactory
  Stream<DynamicTest> shouldGiveTheFirstAnswerAgainToEveryPost() {
    return posts(
        operation -> {
          String path = OpenApiCases.path(operation, ready(operation));
          String body = OpenApiCases.sample(operation.id());
          String key = Repeats.newKey();
          Api.Answer first = repeats.post(key, path, body);
          String state = whole();

          Api.Answer again = repeats.post(key, path, body);

          assertThat(first.status()).as(first.text()).isBetween(200, 201);
          assertThat(first.header("Idempotency-Replayed")).isNull();
          assertReplayed(again, first);
          assertThat(whole()).as("everything").isEqualTo(state);
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldRefuseAnotherRequestWithTheKeyOfAnyPost() {
    return posts(
        operation -> {
          Api.Answer other =
              repeats.other(operation, () -> OpenApiCases.path(operation, ready(operation)));

          assertThat(other.status()).as(other.text()).isEqualTo(422);
          assertThat(other.field("code")).isEqualTo("validation_failed");
          assertThat(other.header("Idempotency-Replayed")).isNull();
        });
  }

  private static Stream<DynamicTest> posts(Consumer<Operation> test) {
    return new OpenApiDocument()
        .operations().stream()
            .filter(operation -> operation.method().equals("POST"))
            .map(
                operation -> DynamicTest.dynamicTest(operation.id(), () -> test.accept(operation)));
  }

  private static String ready(Operation operation) {
    return operation.id().equals("resolveCallback") ? waits.token() : waits.waiting();
  }

  /** All that requests change, but for what they have led to. */
  private static String whole() {
    return database.state()
        + database.text("SELECT count(*) || '/' || max(id) FROM api_key")
        + database.text("SELECT count(*) FROM held_event")
        + database.text("SELECT count(*) FROM audit");
  }

  @Test
  void shouldGiveTheFirstAnswerAgainWhenTheTriggerHasEndedSince() {
    String key = waits.key();
    String once = Repeats.newKey();
    String body = "{\"event_key\":\"%s\",\"request_payload\":{\"n\":1.50}}".formatted(key);
    Api.Answer first = repeats.post(once, "/v1/events", body);
    api.post(Api.path(key) + "/send", "{\"payload\":1}");

    Api.Answer again = repeats.post(once, "/v1/events", body);

    assertThat(first.status()).isEqualTo(201);
    assertReplayed(again, first);
    assertThat(again.field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldHoldAnEventOnceHoweverOftenItIsSent() {
    String key = waits.key();
    String once = Repeats.newKey();
    String body = "{\"payload\":1,\"hold_secs\":60}";

    Api.Answer first = repeats.post(once, Api.path(key) + "/send", body);
    Api.Answer again = repeats.post(once, Api.path(key) + "/send", body);
    Api.Answer taken = api.register(key);
    Api.Answer late = repeats.post(once, Api.path(key) + "/send", body);

    assertThat(first.status()).isEqualTo(202);
    assertReplayed(again, first);
    assertReplayed(late, first);
    assertThat(taken.field("status")).isEqualTo("received");
    assertThat(api.register(key).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldTakeAHeldEventOnce() {
    String key = waits.key();
    waits.hold(key);
    waits.hold(key);
    String once = Repeats.newKey();
    String body = "{\"event_key\":\"%s\"}".formatted(key);

    Api.Answer first = repeats.post(once, "/v1/events", body);
    Api.Answer again = repeats.post(once, "/v1/events", body);

    assertThat(first.field("status")).isEqualTo("received");
    assertReplayed(again, first);
    assertThat(held(key)).isEqualTo(1);
  }

  @Test
  void shouldSendOnOnceToTheEndOfTheChain() {
    String key = waits.key();
    register(key + "/0", key + "/1");
    register(key + "/1", key + "/2");
    String once = Repeats.newKey();

    Api.Answer first = repeats.post(once, Api.path(key + "/0") + "/send", "{\"payload\":5}");
    Api.Answer again = repeats.post(once, Api.path(key + "/0") + "/send", "{\"payload\":5}");

    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertReplayed(again, first);
    assertThat(api.get(Api.path(key + "/1")).field("status")).isEqualTo("received");
    assertThat(held(key + "/2")).isEqualTo(1);
  }

  @Test
  void shouldTellWatchersWhenItIsCommitted() {
    String key = waits.waiting();
    try (SseReader stream = SseReader.open(api, key)) {
      stream.next();
      repeats.post(Repeats.newKey(), Api.path(key) + "/send", "{\"payload\":\"news\"}");

      assertThat(stream.next().data()).contains("\"response_payload\":\"news\"");
    }
  }

  @Test
  void shouldGiveRefusalsThatTheStateDecidedAgain() {
    String unknown = waits.key();
    String received = waits.received();
    String circle = waits.key();
    register(circle + "/0", circle + "/1");
    register(circle + "/1", circle + "/0");

    Api.Answer notFound = repeats.post("k404" + node.url(), Api.path(unknown) + "/send", "{}");
    Api.Answer conflict = repeats.post("k409" + node.url(), Api.path(received) + "/send", "{}");
    Api.Answer unfit = repeats.post("k422" + node.url(), Api.path(circle + "/0") + "/send", "{}");
    api.register(unknown);
    api.register(received);
    api.delete(Api.path(circle + "/1"));

    assertThat(notFound.status()).isEqualTo(404);
    assertThat(conflict.status()).isEqualTo(409);
    assertThat(conflict.json().at("/trigger/status").asText()).isEqualTo("received");
    assertThat(unfit.status()).isEqualTo(422);
    assertThat(api.get(Api.path(circle + "/0")).field("status")).isEqualTo("waiting");
    assertRefusedAgain("k404" + node.url(), unknown, notFound);
    assertRefusedAgain("k409" + node.url(), received, conflict);
    assertRefusedAgain("k422" + node.url(), circle + "/0", unfit);
    assertThat(api.get(Api.path(unknown)).field("status")).isEqualTo("waiting");
  }

  private static void assertRefusedAgain(String once, String key, Api.Answer first) {
    Api.Answer again = repeats.post(once, Api.path(key) + "/send", "{}");
    assertThat(again.status()).isEqualTo(first.status());
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(again.field("detail")).isEqualTo(first.field("detail"));
    assertThat(again.json().get("trigger")).isEqualTo(first.json().get("trigger"));
  }

  @Test
  void shouldCarryOutAnewWhatWasWrongOrTooMuch() {
    String key = waits.key();
    String once = Repeats.newKey();

    assertThat(repeats.post(once, Api.path(key) + "/send", "{\"payload\"").status()).isEqualTo(400);
    for (int i = 0; i < 100; i++) {
      waits.hold(key);
    }
    String body = "{\"payload\":7,\"hold_secs\":60}";
    assertThat(repeats.post(once, Api.path(key) + "/send", body).status()).isEqualTo(429);
    api.register(key);
    Api.Answer room = repeats.post(once, Api.path(key) + "/send", body);

    assertThat(room.status()).isEqualTo(202);
    assertThat(room.header("Idempotency-Replayed")).isNull();
  }

  @Test
  void shouldRefuseASendAtItsDeadlineAndSayTheSameAgain() {
    String key = waits.waiting();
    database.execute(
        "UPDATE event_trigger SET requested_at = requested_at - interval '2 hours', expires_at ="
            + " now() - interval '1 second' WHERE event_key = '"
            + key
            + "'");

    Api.Answer first = repeats.post("late" + node.url(), Api.path(key) + "/send", "{}");
    Api.Answer again = repeats.post("late" + node.url(), Api.path(key) + "/send", "{}");
    Api.Answer anew =
        repeats.post("anew" + node.url(), "/v1/events", "{\"event_key\":\"%s\"}".formatted(key));

    assertThat(first.status()).isEqualTo(409);
    assertThat(first.json().at("/trigger/status").asText()).isEqualTo("timed_out");
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(anew.status()).isEqualTo(201);
  }

  @Test
  void shouldAnswerForEachOfABatchAndUndoOnlyWhatIsRefused() {
    String key = waits.key();
    api.register(key + "/a");
    register(key + "/0", key + "/1");
    register(key + "/1", key + "/0");
    register(key + "/b", key + "/c");
    api.register(key + "/c");
    String once = Repeats.newKey();
    String body =
        "{\"items\":[{\"event_key\":\"%1$s/a\"},{\"event_key\":\"%1$s/none\"},".formatted(key)
            + "{\"event_key\":\"%1$s/0\"},{\"evnt_key\":1},".formatted(key)
            + "{\"event_key\":\"%1$s/b\"},".formatted(key)
            + "{\"event_key\":\"%1$s/early\",\"hold_secs\":60}]}".formatted(key);

    Api.Answer first = repeats.post(once, "/v1/batch/send", body);
    Api.Answer again = repeats.post(once, "/v1/batch/send", body);

    List<Integer> statuses = new ArrayList<>();
    first.json().get("results").forEach(result -> statuses.add(result.get("status").asInt()));
    assertThat(statuses).containsExactly(200, 404, 422, 400, 200, 202);
    assertReplayed(again, first);
    assertThat(api.get(Api.path(key + "/0")).field("status")).isEqualTo("waiting");
    assertThat(api.get(Api.path(key + "/c")).field("status")).isEqualTo("received");
    assertThat(held(key + "/early")).isEqualTo(1);
  }

  @Test
  void shouldShowTheSameLinksAgain() {
    String key = waits.key();
    String one = "{\"event_key\":\"%s/1\",\"callback\":true}".formatted(key);
    String many =
        "{\"items\":[{\"event_key\":\"%1$s/2\",\"callback\":true},{\"event_key\":\"%1$s/3\"}]}"
            .formatted(key);

    Api.Answer first = repeats.post("1" + node.url(), "/v1/events", one);
    Api.Answer again = repeats.post("1" + node.url(), "/v1/events", one);
    Api.Answer firstOfMany = repeats.post("2" + node.url(), "/v1/batch/register", many);
    Api.Answer manyAgain = repeats.post("2" + node.url(), "/v1/batch/register", many);

    assertThat(first.field("callback_url")).startsWith(node.url());
    assertReplayed(again, first);
    assertThat(firstOfMany.text()).contains("\"callback_url\":\"" + node.url());
    assertReplayed(manyAgain, firstOfMany);
  }

  @Test
  void shouldGiveALongAnswerAgain() {
    String key = waits.key();
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      items.append(i == 0 ? "" : ",").append("{\"event_key\":\"" + key + "/" + i + "\"}");
    }
    Api.Answer registered =
        repeats.post(Repeats.newKey(), "/v1/batch/register", "{\"items\":[" + items + "]}");
    String once = Repeats.newKey();
    String path = "/v1/events/prefix/" + Api.encode(key + "/") + "/send";

    Api.Answer first = repeats.post(once, path, "{\"payload\":[1]}");
    Api.Answer again = repeats.post(once, path, "{\"payload\":[1]}");

    assertThat(registered.text()).contains("\"status\":201").doesNotContain("\"problem\"");
    assertThat(first.json().get("resolved").asInt()).isEqualTo(1000);
    assertReplayed(again, first);
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

    assertReplayed(colleague.post(once, "/v1/events", body), first);
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
    assertReplayed(repeats.post(once, link, "{\"a\":1}"), first);
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
    assertReplayed(again, anew);
    assertThat(held(key)).isEqualTo(2);
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
    assertThat(early.header("Retry-After")).isEqualTo("1");
    assertThat(early.header("Idempotency-Replayed")).isNull();
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("received");
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
      assertReplayed(few.post("1", "/v1/events", "{\"event_key\":\"a\"}"), first);
    }
  }

  private static Repeats as(String credentials) {
    return new Repeats(new Api(guarded.url()).with(credentials), database);
  }

  private static void register(String key, String emitKey) {
    api.post("/v1/events", "{\"event_key\":\"%s\",\"emit_key\":\"%s\"}".formatted(key, emitKey));
  }

  private static long held(String key) {
    return database.count("SELECT count(*) FROM held_event WHERE event_key = '" + key + "'");
  }

  private static void assertReplayed(Api.Answer again, Api.Answer first) {
    assertThat(again.status()).as(again.text()).isEqualTo(first.status());
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
  }
}
