package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a trigger shows, in each of its states, and that it shows it everywhere alike. */
@Timeout(60)
class TriggerTest {
  private static final String PAYLOAD = "{\"b\":1.0,\"a\":[1e2,\"\\u00e9\",9007199254740993,null]}";

  private static Database database;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    database = Database.create();
    node = Nodes.alone(database.url());
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldLeaveOutWhatIsNotSetWhenItWaits() {
    Api.Answer answer = api.register("plain");

    assertThat(answer.json().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "id",
            "event_key",
            "project_id",
            "source_type",
            "status",
            "timeout_secs",
            "requested_at",
            "expires_at");
    assertThat(answer.field("event_key")).isEqualTo("plain");
    assertThat(answer.field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldShowEverythingThatWasGivenWhenItWaits() {
    Api.Answer answer = api.post("/v1/events", full("full"));

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.field("project_id")).isEqualTo("default");
    assertThat(answer.field("source_type")).isEqualTo("workflow_step");
    assertThat(answer.field("workflow_run_id")).isEqualTo("w-1");
    assertThat(answer.field("workflow_step_run_id")).isEqualTo("s-1");
    assertThat(answer.field("job_run_id")).isEqualTo("j-1");
    assertThat(answer.json().get("timeout_secs").isInt()).isTrue();
    assertThat(answer.json().get("timeout_secs").asInt()).isEqualTo(77);
    assertThat(answer.json().get("request_payload")).isEqualTo(Api.json(PAYLOAD));
  }

  @Test
  void shouldHaveAVersion7IdAndTimesOfTheDatabaseInMicroseconds() {
    Api.Answer answer = api.post("/v1/events", full("times"));

    assertThat(answer.field("id"))
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z";
    assertThat(answer.field("requested_at")).matches(time);
    assertThat(answer.field("expires_at")).matches(time);
    Instant requestedAt = Instant.parse(answer.field("requested_at"));
    assertThat(Instant.parse(answer.field("expires_at"))).isEqualTo(requestedAt.plusSeconds(77));
    assertThat(
            database.count(
                "SELECT count(*) FROM event_trigger WHERE event_key = 'times' AND requested_at = '"
                    + answer.field("requested_at")
                    + "'"))
        .isEqualTo(1);
  }

  @Test
  void shouldShowWhenAndWithWhatItWasReceived() {
    api.register("received");

    Api.Answer answer = api.post("/v1/events/received/send", "{\"payload\":" + PAYLOAD + "}");

    assertThat(answer.field("status")).isEqualTo("received");
    assertThat(answer.json().get("response_payload")).isEqualTo(Api.json(PAYLOAD));
    assertThat(Instant.parse(answer.field("received_at")))
        .isBetween(
            Instant.parse(answer.field("requested_at")), Instant.parse(answer.field("expires_at")));
    assertThat(answer.field("finished_at")).isEqualTo(answer.field("received_at"));
    assertThat(answer.json().has("error")).isFalse();
  }

  @Test
  void shouldSayWhyWhenItIsNotReceived() {
    api.register("canceled");
    api.post("/v1/events", "{\"event_key\":\"late\",\"timeout_secs\":1}");

    Api.Answer canceled = api.delete("/v1/events/canceled");
    SseReader.Frame timedOut;
    try (SseReader stream = SseReader.open(api, "late")) {
      List<SseReader.Frame> frames = stream.rest();
      timedOut = frames.get(frames.size() - 1);
    }

    assertThat(canceled.field("status")).isEqualTo("canceled");
    assertThat(canceled.field("error")).isEqualTo("canceled by user");
    assertThat(canceled.json().has("received_at")).isFalse();
    assertThat(Instant.parse(canceled.field("finished_at")))
        .isBetween(
            Instant.parse(canceled.field("requested_at")),
            Instant.parse(canceled.field("expires_at")));
    assertThat(timedOut.status()).isEqualTo("timed_out");
    assertThat(timedOut.json().get("error").asText()).isEqualTo("event trigger timed out");
    assertThat(timedOut.json().has("received_at")).isFalse();
    assertThat(Instant.parse(timedOut.json().get("finished_at").asText()))
        .isAfterOrEqualTo(Instant.parse(timedOut.json().get("expires_at").asText()));
    assertThat(timedOut.json().has("response_payload")).isFalse();
  }

  @Test
  void shouldReadTheSameEverywhereWhenItIsInOneState() {
    String waiting = api.post("/v1/events", full("same")).text();
    assertThat(api.post("/v1/events", full("same")).text()).isEqualTo(waiting);
    assertThat(api.get("/v1/events/same").text()).isEqualTo(waiting);
    assertThat(api.get("/v1/events?project_id=default").text()).contains(waiting);

    try (SseReader stream = SseReader.open(api, "same")) {
      assertThat(stream.next().data()).isEqualTo(waiting);

      String received = api.post("/v1/events/same/send", "{\"payload\":" + PAYLOAD + "}").text();

      assertThat(received).contains("\"response_payload\":" + PAYLOAD);
      assertThat(stream.next().data()).isEqualTo(received);
      assertThat(api.get("/v1/events/same").text()).isEqualTo(received);
      assertThat(api.get("/v1/events?project_id=default").text()).contains(received);
      assertThat(api.post("/v1/events/same/send", "{\"payload\":" + PAYLOAD + "}").text())
          .isEqualTo(received);
      assertThat(api.delete("/v1/events/same").text()).contains(received);
    }
  }

  @Test
  void shouldReadTheSameInAPrefixSendAndAfter() {
    api.register("prefixed");

    String resolved = api.post("/v1/events/prefix/prefixed/send", "{\"payload\":1}").text();

    assertThat(resolved).contains(api.get("/v1/events/prefixed").text());
  }

  @Test
  void shouldSpeakOfTheNewestWhenTheKeyIsRegisteredAgain() {
    String first = api.register("again").field("id");
    api.delete("/v1/events/again");

    Api.Answer second = api.register("again");

    assertThat(second.status()).isEqualTo(201);
    assertThat(second.field("id")).isNotEqualTo(first);
    assertThat(api.get("/v1/events/again").text()).isEqualTo(second.text());
  }

  private static String full(String key) {
    return """
        {"event_key": "%s", "source_type": "workflow_step", "workflow_run_id": "w-1",
         "workflow_step_run_id": "s-1", "job_run_id": "j-1", "timeout_secs": 77,
         "request_payload": %s}
        """
        .formatted(key, PAYLOAD);
  }
}
