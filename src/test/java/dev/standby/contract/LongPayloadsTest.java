package dev.standby.contract;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * However long payloads are, a node never holds many of them: what is long is told in pieces, and
 * refused where it has to be told at once.
 */
@Timeout(50)
class LongPayloadsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MEGABYTE = 1_000_000;

  private static Database database;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    database = Database.create();
    node = Nodes.start(database.url(), Map.of("STANDBY_STREAM_CATCH_UP_MILLIS", "60000"));
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({"1000,'9,9,2'", "9,'9,9,2'", "7,'7,7,6'"})
  void shouldEndAPageOfAListWhenItIsLong(int limit, String sizes) {
    String project = "list" + limit;
    insert(project, 20, "n", MEGABYTE);

    Walk walk = walk("/v1/events?project_id=" + project + "&limit=" + limit);

    assertThat(walk.sizes).isEqualTo(sizes);
    assertThat(walk.keys)
        .isEqualTo(IntStream.range(0, 20).mapToObj(i -> project + (20 - i)).toList());
  }

  @ParameterizedTest
  @CsvSource({"1000,'12,3'", "1,'1,1,10,1,1,1'"})
  void shouldNeverSplitAnInstantHoweverLongItIs(int limit, String sizes) {
    String project = "instant" + limit;
    insert(project, 15, "CASE WHEN n BETWEEN 4 AND 13 THEN 4 ELSE n END", MEGABYTE);

    Walk walk = walk("/v1/events?project_id=" + project + "&limit=" + limit);

    assertThat(walk.sizes).isEqualTo(sizes);
    assertThat(walk.keys).hasSize(15).doesNotHaveDuplicates();
  }

  @Test
  void shouldEndAPageOfHeldEventsWhenItIsLong() {
    String body = "{\"hold_secs\":600,\"payload\":\"" + "x".repeat(MEGABYTE) + "\"}";
    for (int i = 1; i <= 10; i++) {
      assertThat(api.post("/v1/events/held" + i + "/send?project_id=held", body).status())
          .isEqualTo(202);
    }

    Walk walk = walk("/v1/held?project_id=held&limit=1000");

    assertThat(walk.sizes).isEqualTo("9,1");
    assertThat(walk.keys)
        .isEqualTo(IntStream.range(0, 10).mapToObj(i -> "held" + (10 - i)).toList());
  }

  @Test
  void shouldRefuseAPrefixSendWhoseAnswerWouldBeTooLong() {
    insert("prefix", 70, "n", MEGABYTE);
    Api.Answer answer = api.post("/v1/events/prefix/prefix/send", "{\"payload\":1}");

    assertThat(answer.status()).as(answer.field("detail")).isEqualTo(422);
    assertThat(answer.field("detail")).contains("longer prefix");
    assertThat(answer.json().get("count").asInt()).isEqualTo(70);
    assertThat(database.count("SELECT waiting FROM event_stats WHERE project_id = 'prefix'"))
        .isEqualTo(70);
    assertThat(api.get("/v1/events/prefix1").field("status")).isEqualTo("waiting");
    assertThat(api.post("/v1/events/prefix/prefix7/send", "{\"payload\":1}").json().get("resolved"))
        .isEqualTo(Api.json("2"));
  }

  @Test
  void shouldRefuseAPrefixSendOfALongPayloadToMany() {
    insert("many", 100, "n", 1);

    Api.Answer answer =
        api.post("/v1/events/prefix/many/send", "{\"payload\":\"" + "x".repeat(MEGABYTE) + "\"}");

    assertThat(answer.status()).as(answer.field("detail")).isEqualTo(422);
    assertThat(answer.json().get("count").asInt()).isEqualTo(100);
    assertThat(api.post("/v1/events/prefix/many/send", "{}").json().get("resolved"))
        .isEqualTo(Api.json("100"));
  }

  @Test
  void shouldLeaveTheRestOfABatchWhenItsAnswersAreTooLong() {
    insert("batch", 300, "n", MEGABYTE / 10);

    Api.Answer answer = api.post("/v1/batch/send", batch("batch", 1, 300));

    List<String> results = new ArrayList<>();
    answer
        .json()
        .get("results")
        .forEach(
            result ->
                results.add(result.get("status").asText() + result.at("/problem/detail").asText()));
    assertThat(results).hasSize(300);
    assertThat(results.subList(0, 250)).containsOnly("200");
    assertThat(results.subList(250, 300))
        .allMatch(result -> result.startsWith("503") && result.contains("another batch"));
    assertThat(api.get("/v1/events/batch250").field("status")).isEqualTo("received");
    assertThat(api.get("/v1/events/batch251").field("status")).isEqualTo("waiting");
    api.post("/v1/batch/send", batch("batch", 251, 300))
        .json()
        .get("results")
        .forEach(result -> assertThat(result.get("status").asInt()).isEqualTo(200));
  }

  @Test
  void shouldEndAFewAtOnceWhenManyLongOnesAreDue() {
    insert("due", 40, "n", MEGABYTE);

    database.execute("UPDATE event_trigger SET expires_at = now() WHERE project_id = 'due'");

    Await.until(
        "all have ended",
        LIMIT,
        () ->
            database.count("SELECT count(*) FROM event_trigger WHERE status = 'timed_out'") == 40);
    assertThat(
            database.count(
                "SELECT max(n) FROM (SELECT count(*) AS n FROM event_trigger"
                    + " WHERE project_id = 'due' GROUP BY finished_at) s"))
        .as("the most that a statement has ended")
        .isLessThanOrEqualTo(9);
  }

  @Test
  void shouldReadAPieceOfAFeedAtOnceWhenWhatItWouldTellIsLong() {
    JsonObject from = new JsonObject().put("project_id", "feed");
    String next = ask("feed", from).getString("next");
    for (int i = 1; i <= 6; i++) {
      api.post(
          "/v1/events",
          "{\"event_key\":\"feed%d\",\"project_id\":\"feed\",\"timeout_payload\":\"%s\"}"
              .formatted(i, "x".repeat(MEGABYTE * 4 / 10)));
    }

    List<String> told = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    while (told.size() < 6) {
      JsonObject page = ask("feed", from.copy().put("after", next));
      JsonArray changes = page.getJsonArray("changes");
      for (int i = 0; i < changes.size(); i++) {
        told.add(changes.getJsonObject(i).getJsonObject("trigger").getString("event_key"));
      }
      sizes.add(changes.size());
      next = page.getString("next");
    }

    assertThat(told).isEqualTo(IntStream.rangeClosed(1, 6).mapToObj(i -> "feed" + i).toList());
    assertThat(sizes).allMatch(size -> size <= 2);
  }

  @Test
  void shouldMakeUpForManyLongOnesAFewAtOnce() {
    insert("watched", 12, "n", MEGABYTE);
    JsonArray refs =
        new JsonArray(
            database.text(
                "SELECT json_agg(json_build_object('project_id', project_id, 'id', id, 'seen',"
                    + " 'waiting', 'requested_at', requested_at)) FROM event_trigger"
                    + " WHERE project_id = 'watched'"));
    List<SseReader> streams =
        IntStream.rangeClosed(1, 12).mapToObj(i -> SseReader.open(api, "watched" + i)).toList();
    streams.forEach(stream -> assertThat(stream.next().status()).isEqualTo("waiting"));
    // By nobody who would announce it.
    database.execute(
        "UPDATE event_trigger SET status = 'received', finished_at = now()"
            + " WHERE project_id = 'watched'");

    assertThat(ask("reread", new JsonObject().put("refs", refs)).getInteger("resolved"))
        .isEqualTo(9);
    database.execute("SELECT pg_notify('standby_ended', 'a node that was killed:1')");

    // Long before the slow tick.
    streams.forEach(stream -> assertThat(stream.next().status()).isEqualTo("received"));
    streams.forEach(SseReader::close);
  }

  /** What pages had, one after the other, until there were no more. */
  private record Walk(List<String> keys, String sizes) {}

  private static Walk walk(String path) {
    List<String> keys = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      Api.Answer page = api.get(path + cursor);
      page.json().get("data").forEach(row -> keys.add(row.get("event_key").asText()));
      sizes.add(page.json().get("data").size());
      cursor =
          page.json().get("has_more").asBoolean() ? "&cursor=" + page.field("next_cursor") : null;
    }
    return new Walk(keys, sizes.stream().map(String::valueOf).collect(joining(",")));
  }

  private static JsonObject ask(String operation, JsonObject question) {
    return Member.get(
            node.vertx().eventBus().<JsonObject>request("standby.events." + operation, question))
        .body();
  }

  private static String batch(String prefix, int first, int last) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(i -> "{\"event_key\":\"" + prefix + i + "\"}")
        .collect(joining(",", "{\"items\":[", "]}"));
  }

  /**
   * Waits with payloads, of which PostgreSQL can compress every other one.
   *
   * @param at which instant each is of
   */
  private static void insert(String project, int count, String at, int chars) {
    database.execute(
        """
        WITH waits AS (
          INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type, timeout_secs, expires_at,
                                     request_payload)
          SELECT '%1$s', now() + (%3$s) * interval '1 microsecond', gen_random_uuid(), '%1$s' || n, 'job_run', 3600,
                 now() + interval '1 hour',
                 to_json(CASE WHEN n %% 2 = 0 THEN repeat('x', %4$d) ELSE left(r.text, %4$d) END)
          FROM generate_series(1, %2$d) n,
               (SELECT string_agg(md5(i::text), '') AS text FROM generate_series(1, %4$d / 32 + 1) i) r
          RETURNING 1
        )
        INSERT INTO event_stats (project_id, shard, waiting) SELECT '%1$s', 63, count(*) FROM waits
        """
            .formatted(project, count, at, chars));
  }
}
