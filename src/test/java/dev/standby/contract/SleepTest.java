package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.OneNode;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a wait is given when its deadline has come (contract, section "More for a wait"). */
@Timeout(60)
class SleepTest {
  @RegisterExtension static final OneNode NODE = new OneNode();

  private static final AtomicInteger keys = new AtomicInteger();

  private final Api api = NODE.api();
  private final String key = "sleep" + keys.incrementAndGet();

  @Test
  void shouldGiveWhatWasSaidWhenItTimesOut() {
    register("\"timeout_payload\":{\"approved\":false,\"n\":1.0},\"timeout_secs\":1");

    Api.Answer over = atItsEnd();

    assertThat(over.field("status")).isEqualTo("timed_out");
    assertThat(over.field("error")).isEqualTo("event trigger timed out");
    assertThat(over.text()).contains("\"response_payload\":{\"approved\":false,\"n\":1.0}");
  }

  @Test
  void shouldGiveThePayloadOfTheEventWhenOneComesInTime() {
    register("\"timeout_payload\":1");

    Api.Answer sent = send("2");

    assertThat(sent.text()).contains("\"response_payload\":2,").contains("\"timeout_payload\":1");
  }

  @Test
  void shouldReceiveWhenItHasSlept() {
    Api.Answer registered = register("\"trigger_type\":\"sleep\",\"timeout_secs\":1");
    assertThat(registered.field("trigger_type")).isEqualTo("sleep");

    Api.Answer over = atItsEnd();

    assertThat(over.field("status")).isEqualTo("received");
    assertThat(over.json().has("error")).isFalse();
    assertThat(over.json().has("sent_by")).isFalse();
    assertThat(over.json().has("response_payload")).isFalse();
    assertThat(Instant.parse(over.field("received_at")))
        .isAfterOrEqualTo(Instant.parse(over.field("expires_at")));
  }

  @Test
  void shouldGiveASleeperWhatWasSaidAtItsDeadline() {
    register("\"trigger_type\":\"sleep\",\"timeout_payload\":[1],\"timeout_secs\":1");

    assertThat(atItsEnd().text()).contains("\"response_payload\":[1]");
  }

  @Test
  void shouldStreamTheEndOfASleep() {
    register("\"trigger_type\":\"sleep\",\"timeout_secs\":1");

    try (SseReader stream = SseReader.open(api, key)) {
      assertThat(stream.next().data()).contains("\"status\":\"waiting\"");
      assertThat(stream.next().data()).contains("\"status\":\"received\"");
      assertThat(stream.next()).isNull();
    }
  }

  @Test
  void shouldLetASleeperBeWokenByItsKeyAndBeCanceled() {
    register("\"trigger_type\":\"sleep\"");
    assertThat(send("\"early\"").field("status")).isEqualTo("received");

    register("\"trigger_type\":\"sleep\"");
    assertThat(api.delete(Api.path(key)).field("status")).isEqualTo("canceled");
  }

  @Test
  void shouldRefuseAnEventThatComesWhenTheSleepIsOver() {
    register("\"trigger_type\":\"sleep\",\"timeout_secs\":1");
    atItsEnd();

    assertThat(send("1").status()).isEqualTo(409);
  }

  @Test
  void shouldLeaveSleepersAloneWhenAPrefixIsSentTo() {
    register("\"trigger_type\":\"sleep\"");
    api.register(key + "/awake");

    Api.Answer sent = api.post("/v1/events/prefix/" + key + "/send", "{}");

    assertThat(sent.json().get("resolved").asInt()).isEqualTo(1);
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldRefuseATypeThatThereIsNot() {
    assertThat(register("\"trigger_type\":\"nap\"").field("detail")).contains("trigger_type");
    assertThat(register("\"trigger_type\":\"event\"").json().has("trigger_type")).isFalse();
  }

  @Test
  void shouldTakeAnotherTypeOrPayloadForAnotherBody() {
    String body = "\"trigger_type\":\"sleep\",\"timeout_payload\":{\"a\":1}";
    register(body);

    assertThat(register(body.replace("1", "1.0")).status()).isEqualTo(200);
    assertThat(register(body.replace("1", "2")).status()).isEqualTo(409);
    assertThat(register("\"timeout_payload\":{\"a\":1}").status()).isEqualTo(409);
  }

  private Api.Answer register(String fields) {
    return api.post("/v1/events", "{\"event_key\":\"%s\",%s}".formatted(key, fields));
  }

  private Api.Answer send(String payload) {
    return api.post(Api.path(key) + "/send", "{\"payload\":" + payload + "}");
  }

  private Api.Answer atItsEnd() {
    return api.send(api.request(Api.path(key)).header("Prefer", "wait=30").build());
  }
}
