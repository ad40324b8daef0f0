package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stream of a key: what it tells, what it repeats, and when it ends. */
@Timeout(60)
class StreamTest {
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node = Nodes.start(TestPostgres.newDatabase(), Map.of("STANDBY_STREAM_KEEP_ALIVE_SECS", "1"));
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldTellTheTriggerAsItIsAtOnce() {
    String registered = api.register("first").text();

    try (SseReader stream = SseReader.open(api, "first")) {
      SseReader.Frame frame = stream.next();

      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
      assertThat(stream.header("X-Request-Id")).isNotEmpty();
      assertThat(frame.event()).isEqualTo("status");
      assertThat(frame.data()).isEqualTo(registered);
      assertThat(frame.id())
          .matches("\\d{16}\\." + frame.json().get("id").asText() + "\\.waiting\\.\\d{16}");
      assertThat(stream.retries()).hasSize(1);
    }
  }

  @Test
  void shouldTellTheChangeAndEndWhenItIsReceived() {
    api.register("sent");
    try (SseReader stream = SseReader.open(api, "sent")) {
      stream.next();

      String received = api.post("/v1/events/sent/send", "{\"payload\":{\"a\":1.0}}").text();

      SseReader.Frame frame = stream.next();
      assertThat(frame.data()).isEqualTo(received);
      assertThat(frame.id()).contains(".received.");
      assertThat(stream.next()).isNull();
      assertThat(stream.retries()).hasSize(1);
    }
  }

  @Test
  void shouldTellTheChangeAndEndWhenItIsCanceledOrTimesOut() {
    api.register("canceled");
    api.post("/v1/events", "{\"event_key\":\"late\",\"timeout_secs\":1}");
    try (SseReader canceled = SseReader.open(api, "canceled");
        SseReader late = SseReader.open(api, "late")) {
      canceled.next();

      api.delete("/v1/events/canceled");

      assertThat(canceled.rest()).extracting(SseReader.Frame::status).containsExactly("canceled");
      List<SseReader.Frame> frames = late.rest();
      assertThat(frames.get(frames.size() - 1).status()).isEqualTo("timed_out");
    }
  }

  @Test
  void shouldTellOneFrameAndEndWhenItIsTerminal() {
    api.register("over");
    String canceled = api.delete("/v1/events/over").text();

    try (SseReader stream = SseReader.open(api, "over")) {
      assertThat(stream.rest()).extracting(SseReader.Frame::data).containsExactly(canceled);
    }
  }

  @Test
  void shouldTellEveryReader() {
    api.register("shared");
    try (SseReader one = SseReader.open(api, "shared");
        SseReader two = SseReader.open(api, "shared")) {
      one.next();
      two.next();

      String received = api.post("/v1/events/shared/send", "{}").text();

      assertThat(one.next().data()).isEqualTo(received);
      assertThat(two.next().data()).isEqualTo(received);
    }
  }

  @Test
  void shouldKeepAnIdleConnectionAliveWithComments() {
    api.register("idle");
    try (SseReader stream = SseReader.open(api, "idle")) {
      stream.next();

      stream.awaitComment();
      stream.awaitComment();
      api.post("/v1/events/idle/send", "{}");

      assertThat(stream.rest()).extracting(SseReader.Frame::status).containsExactly("received");
    }
  }

  @Test
  void shouldTellOnlyWhatIsNewWhenTheReaderComesBack() {
    api.register("resumed");
    String seen = firstId("resumed");
    try (SseReader stream = SseReader.resume(api, "resumed", seen)) {
      String received = api.post("/v1/events/resumed/send", "{}").text();

      assertThat(stream.rest()).extracting(SseReader.Frame::data).containsExactly(received);
    }
  }

  @Test
  void shouldTellWhatWasMissedWhenTheReaderComesBackLate() {
    api.register("missed");
    String seen = firstId("missed");
    String received = api.post("/v1/events/missed/send", "{}").text();

    try (SseReader stream = SseReader.resume(api, "missed", seen)) {
      assertThat(stream.rest()).extracting(SseReader.Frame::data).containsExactly(received);
    }
  }

  @Test
  void shouldAnswerNoContentWhenTheReaderHasSeenTheEnd() {
    api.register("seen");
    api.delete("/v1/events/seen");
    String seen = firstId("seen");

    try (SseReader stream = SseReader.resume(api, "seen", seen)) {
      assertThat(stream.status()).isEqualTo(204);
      assertThat(stream.next()).isNull();
    }
  }

  @Test
  void shouldTellHowTheFollowedTriggerEndedWhenTheKeyWasRegisteredAgain() {
    api.register("anew");
    String seen = firstId("anew");
    String canceled = api.delete("/v1/events/anew").text();
    api.register("anew");

    try (SseReader stream = SseReader.resume(api, "anew", seen)) {
      assertThat(stream.rest()).extracting(SseReader.Frame::data).containsExactly(canceled);
    }
  }

  @Test
  void shouldFollowTheNewTriggerWhenTheReaderHasSeenTheEndOfTheOld() {
    api.register("next");
    api.delete("/v1/events/next");
    String seen = firstId("next");
    String second = api.register("next").text();

    try (SseReader stream = SseReader.resume(api, "next", seen)) {
      assertThat(stream.next().data()).isEqualTo(second);
      api.delete("/v1/events/next");
      assertThat(stream.rest()).extracting(SseReader.Frame::status).containsExactly("canceled");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "1.2.3",
        "..",
        "99999999999999999999.0-0-0-0-0.waiting",
        "9223372036854775807.019cadd4-569b-7c31-9b1f-3e0d5a6b7c8d.waiting",
        "-9223372036854775808.019cadd4-569b-7c31-9b1f-3e0d5a6b7c8d.waiting",
        "1772442900123456.019cadd4-569b-7c31-9b1f-3e0d5a6b7c8d.received",
        "1772442900123456.019cadd4-569b-7c31-9b1f-3e0d5a6b7c8d.waiting",
        "1772442900123456.019cadd4-569b-7c31-9b1f-3e0d5a6b7c8d.other"
      })
  void shouldIgnoreALastEventIdThatNamesNoFrameOfTheKey(String foreign) {
    api.register("foreign");

    try (SseReader stream = SseReader.resume(api, "foreign", foreign)) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.next().status()).isEqualTo("waiting");
    }
  }

  @Test
  void shouldAnswerWithAProblemBeforeAnyFrame() {
    Api.Answer unknown = api.get("/v1/events/unknown/stream");
    api.register("picky");
    Api.Answer wrongType =
        api.send(
            api.request("/v1/events/picky/stream").header("Accept", "application/json").build());

    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.field("code")).isEqualTo("not_found");
    assertThat(wrongType.status()).isEqualTo(406);
    assertThat(wrongType.field("code")).isEqualTo("not_acceptable");
    assertThat(wrongType.header("Content-Type")).startsWith("application/problem+json");
  }

  @Test
  void shouldTellAPayloadOfAnySizeInOneFrame() {
    String payload = "\"" + "é😀\\n".repeat(60_000) + "\"";
    api.register("large");
    try (SseReader stream = SseReader.open(api, "large")) {
      stream.next();

      String received = api.post("/v1/events/large/send", "{\"payload\":" + payload + "}").text();

      assertThat(stream.next().data()).isEqualTo(received).contains(payload);
    }
  }

  private static String firstId(String key) {
    try (SseReader stream = SseReader.open(api, key)) {
      return stream.next().id();
    }
  }
}
