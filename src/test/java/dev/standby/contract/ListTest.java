package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing: newest first, filtered, and every row exactly once through the pages. */
@Timeout(120)
class ListTest {
  private static final int MANY = 10_000;
  private static final int AT_ONCE = 200;

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
  void shouldListNewestFirst() {
    List.of("a", "b", "c").forEach(key -> register("order", key, ""));

    Api.Answer answer = api.get("/v1/events?project_id=order");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(keys(answer)).containsExactly("c", "b", "a");
    assertThat(answer.json().get("has_more").asBoolean()).isFalse();
    assertThat(answer.json().has("next_cursor")).isFalse();
  }

  @Test
  void shouldListNothingOfAProjectThatHasNothing() {
    assertThat(api.get("/v1/events?project_id=nobody").text())
        .isEqualTo("{\"data\":[],\"has_more\":false}");
  }

  @Test
  void shouldGiveTheCursorOfTheNextPageWhileThereIsMore() {
    List.of("1", "2", "3", "4", "5").forEach(key -> register("pages", key, ""));

    Api.Answer first = api.get("/v1/events?project_id=pages&limit=2");
    Api.Answer second = next("pages&limit=2", first);
    Api.Answer third = next("pages&limit=2", second);

    assertThat(keys(first)).containsExactly("5", "4");
    assertThat(first.field("next_cursor"))
        .isEqualTo(first.json().at("/data/1/requested_at").asText());
    assertThat(keys(second)).containsExactly("3", "2");
    assertThat(keys(third)).containsExactly("1");
    assertThat(third.json().get("has_more").asBoolean()).isFalse();
    assertThat(third.json().has("next_cursor")).isFalse();
  }

  @Test
  void shouldNotPromiseMoreWhenThePageEndsWithTheLastRow() {
    List.of("1", "2").forEach(key -> register("exact", key, ""));

    Api.Answer answer = api.get("/v1/events?project_id=exact&limit=2");

    assertThat(keys(answer)).containsExactly("2", "1");
    assertThat(answer.json().get("has_more").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status=waiting|w",
        "status=received|r",
        "status=canceled|c",
        "status=timed_out|t",
        "workflow_run_id=run%201|r,w",
        "source_type=workflow_step|w",
        "source_type=job_run|t,c,r",
        "workflow_run_id=run%201&status=received|r",
        "workflow_run_id=run%201&source_type=workflow_step&status=waiting|w",
        "workflow_run_id=run|",
        "status=received&source_type=workflow_step|",
        "event_key_prefix=w|w",
        "event_key_prefix=%25|",
        "event_key_prefix=r&workflow_run_id=run%201|r",
        "job_run_id=job%201|t",
        "job_run_id=job|",
        "trigger_type=sleep|c",
        "trigger_type=event&status=canceled|",
        "expires_before=2100-01-01T00:00:00%2B01:00&trigger_type=sleep|c",
        "expires_before=2020-01-01T00:00:00Z|",
      })
  void shouldFilterExactly(String filter, String expected) {
    if (api.get("/v1/events/w?project_id=filter").status() == 404) {
      register("filter", "w", ",\"workflow_run_id\":\"run 1\",\"source_type\":\"workflow_step\"");
      register("filter", "r", ",\"workflow_run_id\":\"run 1\"");
      register("filter", "c", ",\"workflow_run_id\":\"run 2\",\"trigger_type\":\"sleep\"");
      register("filter", "t", ",\"job_run_id\":\"job 1\"");
      api.post("/v1/events/r/send?project_id=filter", "{}");
      api.delete("/v1/events/c?project_id=filter");
      database.execute(
          "UPDATE event_trigger SET expires_at = now() WHERE project_id = 'filter'"
              + " AND event_key = 't'");
      api.get("/v1/events/t?project_id=filter");
    }

    Api.Answer answer = api.get("/v1/events?project_id=filter&" + filter);

    assertThat(String.join(",", keys(answer))).isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?limit=5",
        "?project_id=",
        "?project_id=p&limit=0",
        "?project_id=p&limit=1001",
        "?project_id=p&limit=-1",
        "?project_id=p&limit=%2B5",
        "?project_id=p&limit=5.0",
        "?project_id=p&limit=ten",
        "?project_id=p&limit=",
        "?project_id=p&limit=99999999999999999999",
        "?project_id=p&limit=%D9%A3",
        "?project_id=p&status=",
        "?project_id=p&status=done",
        "?project_id=p&status=WAITING",
        "?project_id=p&source_type=x",
        "?project_id=p&source_type=",
        "?project_id=p&workflow_run_id=",
        "?project_id=p&workflow_run_id=a%00b",
        "?project_id=p&event_key_prefix=",
        "?project_id=p&event_key_prefix=a%00b",
        "?project_id=p&job_run_id=",
        "?project_id=p&trigger_type=nap",
        "?project_id=p&expires_before=soon",
        "?project_id=p&cursor=",
        "?project_id=p&cursor=yesterday",
        "?project_id=p&cursor=2026-03-02",
        "?project_id=p&cursor=2026-03-02T09:15:00",
        "?project_id=p&cursor=2026-03-02T09:15Z",
        "?project_id=p&cursor=2026-13-02T09:15:00Z",
        "?project_id=p&cursor=2026-02-30T09:15:00Z",
        "?project_id=p&cursor=2026-03-02T25:00:00Z",
        "?project_id=p&cursor=2026-03-02T09:15:00+01:00",
        "?project_id=p&cursor=%2B999999999-12-31T23:59:59Z",
        "?project_id=p&cursor=-999999999-01-01T00:00:00Z",
        "?project_id=p&cursor=%2B294277-01-01T00:00:00Z",
        "?project_id=p&cursor=1772442900",
        "?project_id=p&cursor=infinity",
        "?project_id=p&cursor=now",
        "?project_id=p&offset=1",
        "?project_id=p&project_id=p",
        "?project_id=p&limit=1&limit=2"
      })
  void shouldRefuseWhatItDoesNotUnderstand(String query) {
    Api.Answer answer = api.get("/v1/events" + query);

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.field("code")).isEqualTo("bad_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59.999999999Z",
        "2026-03-02T09:15:00.1%2B02:00",
        "2026-03-02t09:15:00z"
      })
  void shouldTakeEveryDateTimeForACursor(String cursor) {
    register("any-cursor", "k", "");

    Api.Answer answer = api.get("/v1/events?project_id=any-cursor&cursor=" + cursor);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(keys(answer)).hasSize(cursor.startsWith("9999") ? 1 : 0);
  }

  @Test
  void shouldListEveryRowOnceWhenAllAreOfOneInstant() {
    database.execute(
        "INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type,"
            + " timeout_secs, expires_at) SELECT 'instant', date_trunc('milliseconds', now()),"
            + " gen_random_uuid(), 'k' || n, 'job_run', 3600, now() + interval '1 hour' FROM"
            + " generate_series(1, "
            + MANY
            + ") n");
    register("instant", "newer", "");

    List<String> walked = walk("instant", "");

    assertThat(walked).hasSize(MANY + 1);
    assertThat(new HashSet<>(walked)).hasSize(MANY + 1);
  }

  @Test
  void shouldListEveryRowOnceWhenAllAreRegisteredAtOnce() {
    for (int from = 0; from < MANY; from += AT_ONCE) {
      CompletableFuture.allOf(
              IntStream.range(from, from + AT_ONCE)
                  .mapToObj(
                      i ->
                          api.postAsync(
                              "/v1/events",
                              "{\"event_key\":\"k" + i + "\",\"project_id\":\"flood\"}"))
                  .toArray(CompletableFuture[]::new))
          .join();
    }

    List<String> walked = walk("flood", "&status=waiting");

    assertThat(walked).hasSize(MANY);
    assertThat(new HashSet<>(walked)).hasSize(MANY);
  }

  private static List<String> walk(String project, String filter) {
    String query = project + "&limit=50" + filter;
    List<String> ids = new ArrayList<>();
    Api.Answer page = api.get("/v1/events?project_id=" + query);
    while (true) {
      page.json().get("data").forEach(trigger -> ids.add(trigger.get("id").asText()));
      if (!page.json().get("has_more").asBoolean()) {
        return ids;
      }
      page = next(query, page);
    }
  }

  private static Api.Answer next(String query, Api.Answer page) {
    return api.get("/v1/events?project_id=" + query + "&cursor=" + page.field("next_cursor"));
  }

  private static List<String> keys(Api.Answer page) {
    return StreamSupport.stream(page.json().get("data").spliterator(), false)
        .map((JsonNode trigger) -> trigger.get("event_key").asText())
        .toList();
  }

  private static void register(String project, String key, String more) {
    api.post(
        "/v1/events",
        "{\"event_key\":\"" + key + "\",\"project_id\":\"" + project + "\"" + more + "}");
  }
}
