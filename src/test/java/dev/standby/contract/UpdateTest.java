package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.OneNode;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deadlines that are moved (contract, section "More for a wait"). */
@Timeout(60)
class UpdateTest {
  @RegisterExtension static final OneNode NODE = new OneNode();

  private static final AtomicInteger keys = new AtomicInteger();

  private final Api api = NODE.api();
  private final String key = "moved" + keys.incrementAndGet();

  @Test
  void shouldCountTheNewDeadlineFromNow() {
    register(10);

    Api.Answer moved = update("{\"timeout_secs\":1000}");

    assertThat(moved.status()).isEqualTo(200);
    assertThat(moved.json().get("timeout_secs").asInt()).isEqualTo(1000);
    assertThat(Instant.parse(moved.field("expires_at")))
        .isBetween(Instant.now().plusSeconds(990), Instant.now().plusSeconds(1001));
    assertThat(api.get(Api.path(key)).text()).isEqualTo(moved.text());
  }

  @Test
  void shouldEndAtTheNewDeadlineWhenThatIsSooner() {
    register(1000);

    update("{\"timeout_secs\":1}");

    Api.Answer over = api.send(api.request(Api.path(key)).header("Prefer", "wait=30").build());
    assertThat(over.field("status")).isEqualTo("timed_out");
  }

  @Test
  void shouldGoOnWaitingWhenTheOldDeadlinePasses() {
    register(1);
    update("{\"timeout_secs\":1000}");
    api.post("/v1/events", "{\"event_key\":\"%s/other\",\"timeout_secs\":1}".formatted(key));

    // The other is due later than this one would have been.
    api.send(api.request(Api.path(key + "/other")).header("Prefer", "wait=30").build());

    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("waiting");
    assertThat(api.post(Api.path(key) + "/send", "{}").status()).isEqualTo(200);
  }

  @Test
  void shouldTellTheNewDeadlineToWhoStreams() {
    register(1000);
    try (SseReader stream = SseReader.open(api, key)) {
      stream.next();

      String moved = update("{\"timeout_secs\":2000}").text();

      SseReader.Frame frame = stream.next();
      assertThat(frame.data()).isEqualTo(moved);
      try (SseReader resumed =
          SseReader.open(
              api.request(Api.path(key) + "/stream").header("Last-Event-ID", frame.id()))) {
        String received = api.post(Api.path(key) + "/send", "{}").text();
        assertThat(resumed.next().data()).isEqualTo(received);
      }
    }
  }

  @Test
  void shouldStillKnowTheRegistrationWhenItIsRepeated() {
    String registered = register(10).field("id");
    update("{\"timeout_secs\":1000}");

    Api.Answer again = register(10);

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.field("id")).isEqualTo(registered);
  }

  @Test
  void shouldRefuseWhatIsOverOrWasNeverThere() {
    assertThat(update("{\"timeout_secs\":5}").status()).isEqualTo(404);
    register(10);
    api.delete(Api.path(key));

    Api.Answer refused = update("{\"timeout_secs\":5}");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().at("/trigger/status").asText()).isEqualTo("canceled");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"timeout_secs\":0}",
        "{\"timeout_secs\":31536001}",
        "{\"timeout_secs\":\"5\"}",
        "{\"timeout_secs\":5,\"status\":\"received\"}"
      })
  void shouldRefuseWhatIsNoDeadline(String body) {
    String before = register(10).text();

    assertThat(update(body).status()).isEqualTo(400);
    assertThat(api.get(Api.path(key)).text()).isEqualTo(before);
  }

  private Api.Answer register(int timeoutSecs) {
    return api.post(
        "/v1/events", "{\"event_key\":\"%s\",\"timeout_secs\":%d}".formatted(key, timeoutSecs));
  }

  private Api.Answer update(String body) {
    return api.patch(Api.path(key), body);
  }
}
