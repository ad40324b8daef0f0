package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.OneNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Payloads that are sent on (contract, section "More for a wait"). */
@Timeout(120)
class EmitTest {
  @RegisterExtension static final OneNode NODE = new OneNode();

  private static final AtomicInteger keys = new AtomicInteger();

  private final Api api = NODE.api();
  private final String name = "emit" + keys.incrementAndGet();

  @Test
  void shouldSendOnFromKeyToKeyToTheEndOfAChain() {
    for (int i = 0; i < 10; i++) {
      register(i, ",\"emit_key\":\"%s\"".formatted(key(i + 1)));
    }
    register(10, "");

    try (SseReader last = SseReader.open(api, key(10))) {
      last.next();
      assertThat(send(0, "{\"n\":1.50}").status()).isEqualTo(200);
      assertThat(last.next().data()).contains("\"response_payload\":{\"n\":1.50}");
    }

    for (int i = 0; i <= 10; i++) {
      assertThat(get(i).text())
          .contains("\"status\":\"received\"", "\"response_payload\":{\"n\":1.50}")
          .contains("\"sent_by\":\"anonymous\"");
    }
  }

  @Test
  void shouldHoldWhatIsSentOnWhenNobodyWaitsYet() {
    register(0, ",\"emit_key\":\"%s\"".formatted(key(1)));
    send(0, "7");

    Api.Answer late = register(1, "");

    assertThat(late.status()).isEqualTo(201);
    assertThat(late.field("status")).isEqualTo("received");
    assertThat(late.json().get("response_payload").asInt()).isEqualTo(7);
  }

  @Test
  void shouldSendOnWhatWasHeldForTheKeyWhenItIsRegistered() {
    register(2, "");
    api.post(Api.path(key(0)) + "/send", "{\"payload\":3,\"hold_secs\":60}");
    register(1, ",\"emit_key\":\"%s\"".formatted(key(2)));

    Api.Answer first = register(0, ",\"emit_key\":\"%s\"".formatted(key(1)));

    assertThat(first.field("status")).isEqualTo("received");
    assertThat(get(1).field("status")).isEqualTo("received");
    assertThat(get(2).json().get("response_payload").asInt()).isEqualTo(3);
  }

  @Test
  void shouldChangeNothingWhenTheKeysGoRoundInACircle() {
    register(0, ",\"emit_key\":\"%s\"".formatted(key(1)));
    register(1, ",\"emit_key\":\"%s\"".formatted(key(2)));
    register(2, ",\"emit_key\":\"%s\"".formatted(key(0)));

    Api.Answer refused = send(1, "1");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.field("detail"))
        .contains("circle", "'%s' → '%s' → '%s' → '%s'".formatted(key(1), key(2), key(0), key(1)));
    for (int i = 0; i < 3; i++) {
      assertThat(get(i).field("status")).isEqualTo("waiting");
    }
  }

  @Test
  void shouldRefuseAWaitThatSendsToItself() {
    Api.Answer refused = register(0, ",\"emit_key\":\"%s\"".formatted(key(0)));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.field("detail")).contains("emit_key");
    assertThat(register(0, ",\"emit_key\":\"stats\"").status()).isEqualTo(400);
  }

  @Test
  void shouldChangeNothingWhenTheQueueAtTheEndIsFull() {
    for (int i = 0; i < 100; i++) {
      api.post(Api.path(key(1)) + "/send", "{\"hold_secs\":60}");
    }
    register(0, ",\"emit_key\":\"%s\"".formatted(key(1)));

    assertThat(send(0, "1").status()).isEqualTo(429);
    assertThat(get(0).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldSendOnWhatAPrefixResolvesOneToWhoWaitsAndTheRestIntoTheQueue() {
    for (int i = 0; i < 5; i++) {
      register(i, ",\"emit_key\":\"%s\"".formatted("to/" + name));
    }
    api.register("to/" + name);

    Api.Answer sent = api.post("/v1/events/prefix/" + name + "/send", "{\"payload\":1}");

    assertThat(sent.json().get("resolved").asInt()).isEqualTo(5);
    assertThat(api.get(Api.path("to/" + name)).field("status")).isEqualTo("received");
    Api.Answer held = api.get("/v1/held?project_id=default&event_key_prefix=to%2F" + name);
    assertThat(held.json().get("data")).hasSize(4);
  }

  @Test
  void shouldNotSendOnWhenItIsCanceledOrTimesOut() {
    register(0, ",\"emit_key\":\"%s\"".formatted(key(2)));
    register(1, ",\"timeout_payload\":1,\"timeout_secs\":1,\"emit_key\":\"%s\"".formatted(key(2)));
    register(2, "");
    api.delete(Api.path(key(0)));
    api.send(api.request(Api.path(key(1))).header("Prefer", "wait=30").build());

    assertThat(get(0).field("status")).isEqualTo("canceled");
    assertThat(get(1).field("status")).isEqualTo("timed_out");
    assertThat(get(2).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldSendOnWhatASleeperIsGiven() {
    register(1, "");
    register(
        0,
        ",\"trigger_type\":\"sleep\",\"timeout_secs\":1,\"timeout_payload\":\"up\",\"emit_key\":\"%s\""
            .formatted(key(1)));

    Api.Answer reached =
        api.send(api.request(Api.path(key(1))).header("Prefer", "wait=30").build());

    assertThat(reached.json().get("response_payload").asText()).isEqualTo("up");
    assertThat(reached.field("sent_by")).isEqualTo("deadline");
    new OpenApiDocument().checkComponent("EventTrigger", reached.json());
    assertThat(get(0).field("status")).isEqualTo("received");
  }

  @Test
  void shouldEndASleeperEvenIfItsPayloadCannotBeSentOn() {
    register(1, ",\"emit_key\":\"%s\"".formatted(key(0)));
    register(
        0, ",\"trigger_type\":\"sleep\",\"timeout_secs\":1,\"emit_key\":\"%s\"".formatted(key(1)));

    Api.Answer over = api.send(api.request(Api.path(key(0))).header("Prefer", "wait=30").build());

    assertThat(over.field("status")).isEqualTo("received");
    assertThat(get(1).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldGiveEachPayloadToOneWaitWhenManyAreSentOnToOneKeyAtOnce() {
    int senders = 40;
    for (int i = 0; i < senders; i++) {
      register(i, ",\"emit_key\":\"%s\"".formatted("many/" + name));
    }
    List<CompletableFuture<Api.Answer>> answers = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      answers.add(api.postAsync(Api.path(key(i)) + "/send", "{\"payload\":" + i + "}"));
      if (i % 4 == 0) {
        answers.add(api.postAsync("/v1/events", "{\"event_key\":\"many/%s\"}".formatted(name)));
      }
    }
    answers.forEach(answer -> assertThat(answer.join().status()).isIn(200, 201));

    List<Integer> payloads = new ArrayList<>();
    Await.until(
        "the queue is empty",
        Duration.ofSeconds(30),
        () -> {
          Api.Answer taken = api.post("/v1/events", "{\"event_key\":\"many/%s\"}".formatted(name));
          return taken.field("status").equals("waiting");
        });
    api.get("/v1/events?project_id=default&limit=1000&event_key_prefix=many%2F" + name)
        .json()
        .get("data")
        .forEach(
            trigger -> {
              if (trigger.get("status").asText().equals("received")) {
                payloads.add(trigger.get("response_payload").asInt());
              }
            });
    assertThat(payloads).hasSize(senders).doesNotHaveDuplicates();
  }

  @Test
  void shouldKnowASendThatIsRepeated() {
    register(0, ",\"emit_key\":\"%s\"".formatted(key(1)));
    register(1, "");
    send(0, "{\"a\":1}");

    assertThat(send(0, "{\"a\":1.0}").status()).isEqualTo(200);
    assertThat(send(0, "{\"a\":2}").status()).isEqualTo(409);
  }

  private String key(int i) {
    return name + "/" + i;
  }

  private Api.Answer register(int i, String fields) {
    return api.post("/v1/events", "{\"event_key\":\"%s\"%s}".formatted(key(i), fields));
  }

  private Api.Answer send(int i, String payload) {
    return api.post(Api.path(key(i)) + "/send", "{\"payload\":" + payload + "}");
  }

  private Api.Answer get(int i) {
    return api.get(Api.path(key(i)));
  }
}
