package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.SseReader.Frame;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The feed of a project: what it tells, in which order, and how a reader goes on. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FeedTest {
  private static final AtomicInteger projects = new AtomicInteger();

  private static String database;
  private static Standby node;
  private static Api api;

  private String project;

  @BeforeAll
  static void start() {
    database = TestPostgres.newDatabase();
    node =
        Nodes.start(
            database,
            Map.of(
                "STANDBY_STREAM_KEEP_ALIVE_SECS", "1",
                // Whoever is not woken waits for a quarter of a minute each time.
                "STANDBY_STREAM_CATCH_UP_MILLIS", "60000",
                "STANDBY_STREAM_MAX_STREAMS_PER_PROJECT", "2"));
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void newProject() {
    project = "project-" + projects.incrementAndGet();
  }

  @Test
  void shouldTellEveryChangeFromNowOnWithTheTriggerAsItWasThen() {
    register("before");
    try (SseReader feed = feed("")) {
      assertThat(feed.status()).isEqualTo(200);
      assertThat(feed.header("Content-Type")).isEqualTo("text/event-stream");
      assertThat(feed.header("X-Accel-Buffering")).isEqualTo("no");

      String registered = register("a");
      String received = send("a", "{\"paid\":1.0}");
      String canceled = cancel("before");
      String late = register("late", ",\"timeout_secs\":1");

      assertThat(feed.next().data()).isEqualTo(registered);
      Frame sent = feed.next();
      assertThat(sent.event()).isEqualTo("status");
      assertThat(sent.data()).isEqualTo(received);
      assertThat(feed.next().data()).isEqualTo(canceled);
      assertThat(feed.next().data()).isEqualTo(late);
      assertThat(feed.next().status()).isEqualTo("timed_out");
      assertThat(feed.retries()).containsExactly("1000");
    }
  }

  @Test
  void shouldTellEachChangeAsItHappens() {
    try (SseReader feed = feed("")) {
      for (int i = 0; i < 10; i++) {
        String registered = register("key-" + i);
        assertThat(feed.next().data()).isEqualTo(registered);
        String canceled = cancel("key-" + i);
        assertThat(feed.next().data()).isEqualTo(canceled);
      }
    }
  }

  @Test
  void shouldTellARegistrationAsItWasThoughItHasEndedSince() {
    String start = position();
    String registered = register("a");
    String received = send("a", "\"secret\"");

    try (SseReader feed = resume(start)) {
      assertThat(feed.next().data()).isEqualTo(registered);
      assertThat(feed.next().data()).isEqualTo(received);
    }
  }

  @Test
  void shouldTellADeadlineThatWasMoved() {
    register("a");
    try (SseReader feed = feed("&expires_before=2999-01-01T00:00:00Z")) {
      String moved =
          api.patch(path("a") + "?project_id=" + project, "{\"timeout_secs\":99}").text();

      assertThat(feed.next().data()).isEqualTo(moved);
    }
  }

  @Test
  void shouldTellAnEventThatWasHeldAsOneChange() {
    try (SseReader feed = feed("")) {
      api.post(path("early") + "/send?project_id=" + project, "{\"hold_secs\":60}");
      String received = register("early");
      String other = register("other");

      assertThat(feed.next().data()).isEqualTo(received).contains("\"received\"");
      assertThat(feed.next().data()).isEqualTo(other);
    }
  }

  @Test
  void shouldTellAPrefixSendWhole() {
    int many = 600;
    for (int from = 0; from < many; from += 200) {
      batch(from, from + 200);
    }
    try (SseReader feed = feed("&status=received")) {
      api.post("/v1/events/prefix/many/send?project_id=" + project, "{\"payload\":7}");

      List<String> keys = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        keys.add(feed.next().json().get("event_key").asText());
      }
      assertThat(keys).doesNotHaveDuplicates();
    }
  }

  @Test
  void shouldGoOnAfterAnyFrameOfAnyPiece() {
    String start = position();
    batch(0, 120);
    api.post("/v1/events/prefix/many/send?project_id=" + project, "{}");
    List<Frame> all = read(start, 240);

    for (int seen : List.of(0, 1, 60, 119, 120, 121, 200, 238)) {
      assertThat(read(all.get(seen).id(), 240 - seen - 1))
          .extracting(Frame::data)
          .containsExactlyElementsOf(all.stream().skip(seen + 1L).map(Frame::data).toList());
    }
  }

  @Test
  void shouldCutWhatIsLongIntoPiecesAndGoOnInEachOfThem() {
    String start = position();
    int changes = 0;
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      expected.add(register("key-" + i));
      expected.add(send("key-" + i, "" + i));
      changes += 2;
    }
    batch(0, 1000);

    List<Frame> frames = read(start, changes + 1000);

    assertThat(frames.stream().limit(changes).map(Frame::data)).containsExactlyElementsOf(expected);
    assertThat(frames).extracting(Frame::id).doesNotHaveDuplicates();
  }

  @Test
  void shouldTellPayloadsThatAreTooLongForOnePiece() {
    String start = position();
    String large = "\"" + "éx7".repeat(200_000) + "\"";
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      expected.add(register("large-" + i, ",\"request_payload\":" + large));
    }

    assertThat(read(start, 4)).extracting(Frame::data).containsExactlyElementsOf(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "&status=received, in%/1 in/2 out in%/3 in/4",
    "&status=waiting, in%/1 in/2 out in%/3 in/4",
    "&workflow_run_id=run, in%/1 in%/1 in%/3 in%/3",
    "&source_type=workflow_step, in%/1 in%/1 in%/3 in%/3",
    "&event_key_prefix=in%25%2F, in%/1 in%/1 in%/3 in%/3",
    "&status=received&source_type=job_run&event_key_prefix=in, in/2 in/4"
  })
  void shouldLetThroughWhatTheFiltersOfTheListDo(String filters, String keys) {
    String ofRun = ",\"workflow_run_id\":\"run\",\"source_type\":\"workflow_step\"";
    String start = position();
    register("in%/1", ofRun);
    register("in/2");
    register("out", ",\"workflow_run_id\":\"other\"");
    send("in%/1", "1");
    send("in/2", "1");
    send("out", "1");
    // What lets through too much would have told it before these.
    register("in%/3", ofRun);
    register("in/4");
    send("in%/3", "1");
    send("in/4", "1");

    List<String> told = new ArrayList<>();
    try (SseReader feed = feed(filters, start)) {
      while (told.size() < keys.split(" ", -1).length) {
        told.add(feed.next().json().get("event_key").asText());
      }
    }
    assertThat(String.join(" ", told)).isEqualTo(keys);
  }

  @Test
  void shouldMoveOnPastWhatItHoldsBack() {
    try (SseReader feed = feed("&status=canceled")) {
      for (int i = 0; i < 20; i++) {
        register("held-back-" + i);
      }
      cancel("held-back-19");
      String id = feed.next().id();
      for (int i = 0; i < 5; i++) {
        register("more-" + i);
      }

      assertThat(feed.awaitOtherId(id)).isNotEqualTo(id);
    }
  }

  @Test
  void shouldPassOverWhatHasBeenPurged() {
    String start = position();
    register("purged");
    cancel("purged");
    String kept = register("kept");
    TestPostgres.execute(
        database,
        "DELETE FROM event_trigger WHERE event_key = 'purged' AND project_id = '" + project + "'");

    assertThat(read(start, 1)).extracting(Frame::data).containsExactly(kept);
  }

  @Test
  void shouldKeepAnIdleFeedAlive() {
    try (SseReader feed = feed("")) {
      feed.awaitSignOfLife();
      feed.awaitSignOfLife();

      String registered = register("a");

      assertThat(feed.next().data()).isEqualTo(registered);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "1772442900123456.019cadd4-569b-7c31-9b1f-3e0d5a6b7c8d.waiting",
        "{log}",
        "{log}.",
        "{log}.zzzzzzzzzzzz",
        "{log}.-1",
        "{log}.3-9",
        "{log}.10-1-1",
        "{log}.10-1-2",
        "{log}.10.20.1",
        "{log}.10.20.x.1",
        "{log}.10.zzzzzzzzzzzz.1.1",
        "{log}.3",
        "other0.{rest}"
      })
  void shouldSayThatChangesMayHaveBeenMissedWhenTheIdSaysNothing(String id) {
    String position = position();
    String log = position.substring(0, position.indexOf('.'));
    String foreign =
        id.replace("{log}", log).replace("{rest}", position.substring(log.length() + 1));

    try (SseReader feed = resume(foreign)) {
      Frame reset = feed.next();
      assertThat(reset.event()).isEqualTo("reset");
      assertThat(reset.json().get("detail").asText()).contains("read the list anew");

      String registered = register("a");
      assertThat(feed.next().data()).isEqualTo(registered);
      try (SseReader again = resume(reset.id())) {
        assertThat(again.next().data()).isEqualTo(registered);
      }
    }
  }

  @Test
  void shouldBeginAtOnceAndAnewForAReaderThatHasSeenNothing() {
    try (SseReader feed = feed("", "")) {
      String registered = register("a");

      assertThat(feed.next().data()).isEqualTo(registered);
    }
  }

  @Test
  void shouldCountAsAStreamOfTheProject() {
    SseReader first = feed("");
    try (SseReader second = feed("")) {
      Api.Answer third = api.send(request("").header("Accept", "text/event-stream").build());
      assertThat(second.status()).isEqualTo(200);
      assertThat(third.status()).isEqualTo(503);
      assertThat(third.header("Retry-After")).isNotNull();
      first.close();

      SseReader another = awaitRoom();
      assertThat(another.status()).isEqualTo(200);
      another.close();
    }
  }

  @Test
  void shouldRefuseWhatIsForListsOrWrong() {
    for (String query : List.of("&limit=5", "&cursor=2026-03-02T09:15:00Z", "&status=x", "&y=1")) {
      Api.Answer answer = api.send(request(query).header("Accept", "text/event-stream").build());
      assertThat(answer.status()).as(query).isEqualTo(400);
      assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }
    Api.Answer noProject =
        api.send(api.request("/v1/events").header("Accept", "text/event-stream").build());
    assertThat(noProject.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "*/*",
        "application/*",
        "application/json, text/event-stream",
        "text/event-stream;q=0.5, application/json"
      })
  void shouldStayAListForWhoeverTakesJson(String accept) {
    Api.Answer answer = api.send(request("").header("Accept", accept).build());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }

  private SseReader awaitRoom() {
    while (true) {
      SseReader feed = feed("");
      if (feed.status() == 200) {
        return feed;
      }
      feed.close();
    }
  }

  private HttpRequest.Builder request(String filters) {
    return api.request("/v1/events?project_id=" + project + filters);
  }

  private SseReader feed(String filters) {
    return SseReader.open(request(filters));
  }

  private SseReader feed(String filters, String lastEventId) {
    return SseReader.open(request(filters).header("Last-Event-ID", lastEventId));
  }

  private SseReader resume(String lastEventId) {
    return feed("", lastEventId);
  }

  /** Where the feed is now, as a reader learns that has seen no change. */
  private String position() {
    try (SseReader feed = feed("")) {
      return feed.awaitOtherId(null);
    }
  }

  private List<Frame> read(String after, int count) {
    List<Frame> frames = new ArrayList<>();
    try (SseReader feed = resume(after)) {
      while (frames.size() < count) {
        frames.add(feed.next());
      }
    }
    return frames;
  }

  private String register(String key) {
    return register(key, "");
  }

  private String register(String key, String more) {
    return api.post(
            "/v1/events?project_id=" + project, "{\"event_key\":\"" + key + "\"" + more + "}")
        .text();
  }

  private void batch(int from, int to) {
    StringBuilder items = new StringBuilder();
    for (int i = from; i < to; i++) {
      items.append(i == from ? "" : ",").append("{\"event_key\":\"many/").append(i).append("\"}");
    }
    api.post("/v1/batch/register?project_id=" + project, "{\"items\":[" + items + "]}");
  }

  private String send(String key, String payload) {
    return api.post(path(key) + "/send?project_id=" + project, "{\"payload\":" + payload + "}")
        .text();
  }

  private String cancel(String key) {
    return api.delete(path(key) + "?project_id=" + project).text();
  }

  private static String path(String key) {
    return Api.path(key);
  }
}
