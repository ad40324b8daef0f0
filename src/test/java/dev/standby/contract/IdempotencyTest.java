package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.OpenApiDocument.Operation;
import dev.standby.support.Api;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Requests with an idempotency key (contract, section "Safe to repeat"). */
@Timeout(120)
class IdempotencyTest {
  private static final Database database = Database.create();

  private static Standby node;
  private static Api api;
  private static Waits waits;
  private static Repeats repeats;

  @BeforeAll
  static void start() {
    node = Nodes.alone(database.url());
    api = new Api(node.url());
    waits = new Waits(api);
    repeats = new Repeats(api, database);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @AfterEach
  void balance() {
    new Ledger(database.url()).assertBalanced();
  }

  @TestFactory
  Stream<DynamicTest> shouldGiveTheFirstAnswerAgainToEveryPost() {
    return posts(
        operation -> {
          String path = path(operation);
          String body = OpenApiSamples.first(operation.id());
          String key = Repeats.newKey();
          Api.Answer first = repeats.post(key, path, body);
          String state = whole();

          Api.Answer again = repeats.post(key, path, body);

          assertThat(first.status()).as(first.text()).isBetween(200, 201);
          assertThat(first.header("Idempotency-Replayed")).isNull();
          Repeats.assertReplayed(again, first);
          assertThat(whole()).as("everything").isEqualTo(state);
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldRefuseAnotherRequestWithTheKeyOfAnyPost() {
    return posts(
        operation -> {
          Api.Answer other = repeats.other(operation, () -> path(operation));

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

  private static String path(Operation operation) {
    return operation.id().equals("retryDelivery")
        ? waits.failedDelivery()
        : OpenApiCases.path(operation, ready(operation));
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
    Repeats.assertReplayed(again, first);
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
    Repeats.assertReplayed(again, first);
    Repeats.assertReplayed(late, first);
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
    Repeats.assertReplayed(again, first);
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
    Repeats.assertReplayed(again, first);
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
    Repeats.assertReplayed(again, first);
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
    Repeats.assertReplayed(again, first);
    assertThat(firstOfMany.text()).contains("\"callback_url\":\"" + node.url());
    Repeats.assertReplayed(manyAgain, firstOfMany);
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
    Repeats.assertReplayed(again, first);
  }

  private static void register(String key, String emitKey) {
    api.post("/v1/events", "{\"event_key\":\"%s\",\"emit_key\":\"%s\"}".formatted(key, emitKey));
  }

  private static long held(String key) {
    return database.count("SELECT count(*) FROM held_event WHERE event_key = '" + key + "'");
  }
}
