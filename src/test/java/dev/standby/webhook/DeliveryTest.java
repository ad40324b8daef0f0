package dev.standby.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.standby.Standby;
import dev.standby.contract.Database;
import dev.standby.contract.OpenApiDocument;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of a wait is told to its {@code notify_url}, signed as Standard Webhooks has it. */
@Timeout(60)
class DeliveryTest {
  private static final Database database = Database.create();
  private static Standby node;
  private static Api api;
  private static Hooks hooks;

  @BeforeAll
  static void start() {
    node = Nodes.start(database.url(), Hooks.LOOPBACK);
    hooks = new Hooks(node.url(), database);
    api = hooks.api();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldTellTheTriggerAsEverybodySeesItWithinASecond() throws Exception {
    try (Receiver receiver = Receiver.open()) {
      String key = hooks.waiting(receiver.url("/a%20b?c=d"));

      long sent = System.nanoTime();
      api.post(Api.path(key) + "/send", "{\"payload\":{\"n\":1.00}}");
      Receiver.Call call = receiver.await(1);

      assertThat(call.nanos() - sent).isLessThan(TimeUnit.SECONDS.toNanos(1));
      assertThat(call.path()).isEqualTo("/a%20b?c=d");
      assertThat(call.header("content-type")).isEqualTo("application/json");
      assertThat(call.json().path("type").asText()).isEqualTo("event_trigger.received");
      assertThat(call.body()).contains("\"data\":" + api.get(Api.path(key)).text());
      assertThat(Instant.parse(call.json().path("timestamp").asText()))
          .isEqualTo(Instant.parse(call.json().at("/data/received_at").asText()));
      call.verify(secret());
      new OpenApiDocument().checkComponent("WebhookEvent", call.json());
    }
  }

  @Test
  void shouldShowWhatHasBeenDelivered() {
    try (Receiver receiver = Receiver.open().answers(201)) {
      String key = hooks.received(receiver.url());

      JsonNode delivery = hooks.await(key, "status", "delivered");

      assertThat(delivery.path("id").asText()).isEqualTo(receiver.calls().get(0).id());
      assertThat(delivery.path("trigger_id")).isEqualTo(api.get(Api.path(key)).json().path("id"));
      assertThat(delivery.path("url").asText()).isEqualTo(receiver.url());
      assertThat(delivery.path("attempts").asInt()).isEqualTo(1);
      assertThat(delivery.path("response_status").asInt()).isEqualTo(201);
      assertThat(Instant.parse(delivery.path("delivered_at").asText()))
          .isAfterOrEqualTo(Instant.parse(delivery.path("created_at").asText()));
      assertThat(delivery.has("next_attempt_at") || delivery.has("error")).isFalse();
    }
  }

  @Test
  void shouldTellOfEveryWayToEnd() {
    try (Receiver receiver = Receiver.open()) {
      String canceled = hooks.waiting(receiver.url());
      api.delete(Api.path(canceled));
      assertThat(receiver.await(1).json().path("type").asText())
          .isEqualTo("event_trigger.canceled");

      String late = "late";
      api.post(
          "/v1/events",
          "{\"event_key\":\"late\",\"timeout_secs\":1,\"timeout_payload\":7,\"notify_url\":\"%s\"}"
              .formatted(receiver.url()));
      assertThat(receiver.await(2).json().path("type").asText())
          .isEqualTo("event_trigger.timed_out");
      assertThat(receiver.await(2).json().at("/data/response_payload").asInt()).isEqualTo(7);
      assertThat(hooks.await(late, "status", "delivered").path("attempts").asInt()).isEqualTo(1);

      String prefixed = hooks.waiting(receiver.url());
      api.post("/v1/events/prefix/" + Api.encode(prefixed) + "/send", "{\"payload\":1}");
      assertThat(receiver.await(3).json().at("/data/event_key").asText()).isEqualTo(prefixed);

      api.post("/v1/events/early/send", "{\"payload\":1,\"hold_secs\":60}");
      api.post(
          "/v1/events",
          "{\"event_key\":\"early\",\"notify_url\":\"%s\"}".formatted(receiver.url()));
      assertThat(receiver.await(4).json().at("/data/event_key").asText()).isEqualTo("early");
    }
  }

  @Test
  void shouldTellOfEachInAChain() {
    try (Receiver receiver = Receiver.open()) {
      String second = hooks.waiting(receiver.url());
      api.post(
          "/v1/events",
          "{\"event_key\":\"chain\",\"emit_key\":\"%s\",\"notify_url\":\"%s\"}"
              .formatted(second, receiver.url()));

      api.post("/v1/events/chain/send", "{\"payload\":5}");
      receiver.await(2);

      assertThat(receiver.calls())
          .extracting(call -> call.json().at("/data/event_key").asText())
          .containsExactlyInAnyOrder("chain", second);
      assertThat(receiver.calls())
          .allMatch(call -> call.json().at("/data/response_payload").asInt() == 5);
    }
  }

  @Test
  void shouldTellNobodyWhenNobodyIsToBeTold() {
    api.register("silent");
    api.post("/v1/events/silent/send", "{}");

    assertThat(api.get("/v1/events/silent/deliveries").json().path("data")).isEmpty();
    assertThat(database.count("SELECT count(*) FROM webhook_delivery WHERE event_key = 'silent'"))
        .isZero();
  }

  @Test
  void shouldListAllDeliveriesOfAKeyNewestFirstPageByPage() {
    try (Receiver receiver = Receiver.open()) {
      String key = hooks.received(receiver.url());
      for (int i = 0; i < 4; i++) {
        api.post(
            "/v1/events",
            "{\"event_key\":\"%s\",\"notify_url\":\"%s\"}".formatted(key, receiver.url()));
        api.delete(Api.path(key));
      }

      List<String> walked = new ArrayList<>();
      String cursor = "";
      while (cursor != null) {
        Api.Answer page = api.get(Api.path(key) + "/deliveries?limit=2" + cursor);
        page.json().path("data").forEach(row -> walked.add(row.path("created_at").asText()));
        cursor = page.field("next_cursor") == null ? null : "&cursor=" + page.field("next_cursor");
      }

      assertThat(walked).hasSize(5).doesNotHaveDuplicates();
      assertThat(walked.stream().map(Instant::parse)).isSortedAccordingTo((a, b) -> b.compareTo(a));
    }
  }

  @Test
  void shouldDeliverAgainOnDemandUnderTheSameId() {
    try (Receiver receiver = Receiver.open()) {
      String key = hooks.received(receiver.url());
      String id = hooks.await(key, "status", "delivered").path("id").asText();

      Api.Answer retried = retry(key, id);

      assertThat(retried.status()).as(retried.text()).isEqualTo(200);
      assertThat(retried.field("status")).isEqualTo("pending");
      assertThat(receiver.await(2).id()).isEqualTo(id);
      assertThat(hooks.await(key, "status", "delivered").path("attempts").asInt()).isEqualTo(2);
    }
  }

  @Test
  void shouldRefuseToRetryWhatIsUnderWayAndWhatIsNotThere() {
    try (Receiver receiver = Receiver.open().hangs()) {
      String key = hooks.received(receiver.url());
      receiver.await(1);
      String id = hooks.delivery(key).path("id").asText();

      assertThat(retry(key, id).status()).isEqualTo(409);
      assertThat(retry(hooks.waiting(receiver.url()), id).status()).isEqualTo(404);
      assertThat(retry("unknown", id).status()).isEqualTo(404);
      assertThat(retry(key, "nothing").status()).isEqualTo(404);
      assertThat(retry(key, "00000000-0000-0000-0000-000000000000").status()).isEqualTo(404);
    }
  }

  @Test
  void shouldSignWithBothWhileASecretIsBeingReplaced() throws Exception {
    try (Receiver receiver = Receiver.open()) {
      hooks.received(receiver.url());
      receiver.await(1).verify(secret());
      String old = secret();

      Api.Answer rotated = api.post("/v1/webhooks/secret/rotate", "{\"overlap_secs\":3600}");
      String fresh = rotated.field("secret");
      awaitFreshSecrets(receiver, fresh);
      Receiver.Call both = receiver.calls().get(receiver.calls().size() - 1);

      assertThat(fresh).startsWith("whsec_").isNotEqualTo(old);
      assertThat(rotated.json().at("/previous/0/secret").asText()).isEqualTo(old);
      both.verify(old);
      both.verify(fresh);

      String newest =
          api.post("/v1/webhooks/secret/rotate", "{\"overlap_secs\":0}").field("secret");
      awaitFreshSecrets(receiver, newest);
      Receiver.Call one = receiver.calls().get(receiver.calls().size() - 1);
      one.verify(newest);
      for (String retired : List.of(old, fresh)) {
        assertThatThrownBy(() -> one.verify(retired))
            .isInstanceOf(WebhookVerificationException.class);
      }
    }
  }

  @Test
  void shouldNotTakeASecretFromReceiversBeforeItsTime() {
    String inProject = "?project_id=rotating";
    String first = api.get("/v1/webhooks/secret" + inProject).field("secret");
    for (int i = 0; i < 9; i++) {
      assertThat(rotate(inProject, 3600).status()).isEqualTo(200);
    }
    String before = api.get("/v1/webhooks/secret" + inProject).text();
    assertThat(before).contains(first);

    Api.Answer refused = rotate(inProject, 3600);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.field("detail")).contains("Ten secrets sign at this moment");
    assertThat(api.get("/v1/webhooks/secret" + inProject).text()).isEqualTo(before);
    assertThat(rotate(inProject, 0).json().path("previous")).isEmpty();
    assertThat(rotate(inProject, 3600).json().path("previous")).hasSize(1);
  }

  private static Api.Answer rotate(String inProject, int overlapSecs) {
    return api.post(
        "/v1/webhooks/secret/rotate" + inProject, "{\"overlap_secs\":%d}".formatted(overlapSecs));
  }

  /** A node may use what it knows of the secrets for a second. */
  private static void awaitFreshSecrets(Receiver receiver, String secret) {
    Await.until(
        "the new secret signs",
        Receiver.SOON,
        () -> {
          int before = receiver.calls().size();
          hooks.received(receiver.url());
          Receiver.Call call = receiver.await(before + 1);
          try {
            call.verify(secret);
            return true;
          } catch (Exception e) {
            return false;
          }
        });
  }

  private static Api.Answer retry(String key, String id) {
    return api.post(Api.path(key) + "/deliveries/" + id + "/retry", "{}");
  }

  private static String secret() {
    return api.get("/v1/webhooks/secret").field("secret");
  }
}
