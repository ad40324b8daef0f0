package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who did what to which trigger. */
@Timeout(60)
class AuditTest {
  private static final AtomicInteger projects = new AtomicInteger();
  private static String database;
  private static Standby node;
  private String project;
  private String key;
  private Api api;

  @BeforeAll
  static void start() {
    database = TestPostgres.newDatabase();
    node = Nodes.start(database, Map.of("STANDBY_AUTH", "keys"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void newProject() {
    project = "project-" + projects.incrementAndGet();
    key = Keys.all(node, project);
    api = new Api(node.url()).with(key);
  }

  @Test
  void shouldSayWhoRegistered() {
    String id = post("/v1/events", "{\"event_key\":\"a/b?c\"}", "request-1").field("id");

    JsonNode entry = only();
    assertThat(entry.path("action").asText()).isEqualTo("events.register");
    assertThat(entry.path("event_key").asText()).isEqualTo("a/b?c");
    assertThat(entry.path("trigger_id").asText()).isEqualTo(id);
    assertThat(entry.path("actor").asText()).isEqualTo("key:" + Keys.id(key));
    assertThat(entry.path("project_id").asText()).isEqualTo(project);
    assertThat(entry.path("address").asText()).isEqualTo("127.0.0.1");
    assertThat(entry.path("request_id").asText()).isEqualTo("request-1");
    assertThat(Instant.parse(entry.path("at").asText()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
  }

  @Test
  void shouldSayWhoSent() {
    String id = api.register("sent").field("id");

    post("/v1/events/sent/send", "{\"payload\":1}", "request-2");

    assertEntry(last(), "events.send", "sent", id, "request-2");
  }

  @Test
  void shouldSayWhoCanceled() {
    String id = api.register("canceled").field("id");

    api.send(request("/v1/events/canceled", "request-3").DELETE().build());

    assertEntry(last(), "events.cancel", "canceled", id, "request-3");
  }

  @Test
  void shouldSayOfEachTriggerWhoSentToItsPrefix() {
    Map<String, String> ids =
        Map.of("p-1", api.register("p-1").field("id"), "p-2", api.register("p-2").field("id"));
    api.register("q");

    post("/v1/events/prefix/p-/send", "{}", "request-4");

    List<JsonNode> sent = pages(1000).subList(0, 2);
    assertThat(sent).extracting(entry -> entry.path("event_key").asText()).contains("p-1", "p-2");
    for (JsonNode entry : sent) {
      String eventKey = entry.path("event_key").asText();
      assertEntry(entry, "events.send_prefix", eventKey, ids.get(eventKey), "request-4");
    }
  }

  @Test
  void shouldSayWhoPurgedHowMuch() {
    for (String purged : new String[] {"old-1", "old-2"}) {
      api.register(purged);
      api.delete(Api.path(purged));
    }
    TestPostgres.execute(
        database,
        "UPDATE event_trigger SET requested_at = requested_at - interval '9 days',"
            + " finished_at = finished_at - interval '9 days' WHERE project_id = '%s'"
                .formatted(project));

    Api.Answer purged = post("/v1/events/purge", "{\"older_than_days\":7}", "request-5");

    assertThat(purged.field("deleted")).isEqualTo("2");
    assertEntry(last(), "events.purge", null, null, "request-5");
    assertThat(last().path("detail")).isEqualTo(Api.json("{\"older_than_days\":7,\"deleted\":2}"));
  }

  @Test
  void shouldSayWhoMadeALinkAndThatItWasUsed() {
    String id = api.register("linked").field("id");

    String url = post("/v1/events/linked/callback", "", "request-6").field("url");
    assertEntry(last(), "callbacks.create", "linked", id, "request-6");

    Api anyone = new Api("").with(null);
    anyone.send(
        anyone
            .request(url)
            .header("X-Request-Id", "request-7")
            .POST(BodyPublishers.noBody())
            .build());
    JsonNode used = last();
    assertThat(used.path("actor").asText()).isEqualTo("callback");
    assertThat(used.path("action").asText()).isEqualTo("events.send");
    assertThat(used.path("trigger_id").asText()).isEqualTo(id);
    assertThat(used.path("address").asText()).isEqualTo("127.0.0.1");
    assertThat(used.path("request_id").asText()).isEqualTo("request-7");
  }

  @Test
  void shouldSayWhoMadeAndRevokedAKey() {
    String id = post("/v1/keys", "{\"scopes\":[\"events:read\"]}", "request-8").field("id");
    assertEntry(last(), "keys.create", null, null, "request-8");
    assertThat(last().path("detail").path("key_id").asText()).isEqualTo(id);

    api.send(request("/v1/keys/" + id, "request-9").DELETE().build());
    assertEntry(last(), "keys.revoke", null, null, "request-9");
    assertThat(last().path("detail").path("key_id").asText()).isEqualTo(id);
  }

  @Test
  void shouldSayThatTheCommandLineMadeAKey() {
    Keys.of(node, project, Scope.READ);

    assertThat(pages(1000).get(0).path("actor").asText()).isEqualTo("cli");
  }

  @Test
  void shouldSayNothingOfWhatChangedNothing() {
    api.register("received");
    String link = api.post("/v1/events/received/callback", "").field("url");
    api.post("/v1/events/received/send", "{\"payload\":1}");
    api.register("waiting");
    api.register("due");
    TestPostgres.execute(
        database,
        "UPDATE event_trigger SET expires_at = now() WHERE event_key = 'due' AND project_id = '%s'"
            .formatted(project));
    String revoked = api.post("/v1/keys", "{\"scopes\":[\"admin\"]}").field("id");
    api.delete("/v1/keys/" + revoked);
    String reader = Keys.of(node, project, Scope.READ);
    List<JsonNode> before = pages(1000);

    assertThat(
            List.of(
                api.post("/v1/events/received/send", "{\"payload\":1.0}").status(),
                api.post("/v1/events/received/send", "{\"payload\":2}").status(),
                api.delete("/v1/events/received").status(),
                api.post("/v1/events/received/callback", "").status(),
                new Api("").post(link, "{}").status(),
                api.register("waiting").status(),
                api.post("/v1/events", "{\"event_key\":\"waiting\",\"timeout_secs\":7}").status(),
                api.post("/v1/events/due/send", "{}").status(),
                api.delete("/v1/events/due").status(),
                api.post("/v1/events/unknown/send", "{}").status(),
                api.delete("/v1/events/unknown").status(),
                api.post("/v1/events/waiting/send", "{").status(),
                api.with(reader).post("/v1/events/waiting/send", "{}").status(),
                api.with("sb_none").post("/v1/events/waiting/send", "{}").status(),
                api.post("/v1/events/prefix/none/send", "{}").status(),
                api.post("/v1/events/purge", "{\"older_than_days\":1}").status(),
                api.post("/v1/events/purge", "{\"older_than_days\":1,\"dry_run\":true}").status(),
                api.post(
                        "/v1/keys",
                        "{\"scopes\":[\"admin\"],\"expires_at\":\"2020-01-01T00:00:00Z\"}")
                    .status(),
                api.delete("/v1/keys/" + revoked).status(),
                api.delete("/v1/keys/0123456789abcdef").status()))
        .containsExactly(
            200, 409, 409, 409, 404, 200, 409, 409, 409, 404, 404, 400, 403, 401, 200, 200, 200,
            400, 200, 404);

    assertThat(pages(1000)).isEqualTo(before);
  }

  @Test
  void shouldPageThroughEveryEntryOnce() {
    int count = 1000;
    CompletableFuture.allOf(
            IntStream.range(0, count)
                .mapToObj(
                    i -> api.postAsync("/v1/events", "{\"event_key\":\"many-%d\"}".formatted(i)))
                .toArray(CompletableFuture[]::new))
        .join();
    assertThat(api.post("/v1/events/prefix/many-/send", "{}").field("resolved"))
        .isEqualTo(Integer.toString(count));
    List<JsonNode> entries = pages(70);

    // The key's own is the first.
    assertThat(entries).hasSize(2 * count + 1);
    assertThat(entries).extracting(entry -> entry.path("id").asText()).doesNotHaveDuplicates();
    assertThat(entries)
        .extracting(entry -> Instant.parse(entry.path("at").asText()))
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
    Set<String> sent = new HashSet<>();
    entries.stream()
        .filter(entry -> entry.path("action").asText().equals("events.send_prefix"))
        .forEach(entry -> sent.add(entry.path("event_key").asText()));
    assertThat(sent).hasSize(count);
  }

  @Test
  void shouldKeepOneInstantTogether() {
    TestPostgres.execute(
        database,
        "INSERT INTO audit (at, project_id, actor, action) SELECT date_trunc('second', now())"
            + " - n / 100 * interval '1 second', '%s', 'test', 'test'".formatted(project)
            + " FROM generate_series(0, 299) n");

    assertThat(api.get("/v1/audit?limit=50").json().path("data")).hasSizeGreaterThan(50);
    assertThat(pages(50)).hasSize(301).doesNotHaveDuplicates();
    assertThat(pages(1)).hasSize(301).doesNotHaveDuplicates();
    assertThat(pages(100)).hasSize(301).doesNotHaveDuplicates();
  }

  private void assertEntry(
      JsonNode entry, String action, String eventKey, String triggerId, String requestId) {
    assertThat(entry.path("actor").asText()).isEqualTo("key:" + Keys.id(key));
    assertThat(entry.path("action").asText()).isEqualTo(action);
    assertThat(entry.path("event_key").asText(null)).isEqualTo(eventKey);
    assertThat(entry.path("trigger_id").asText(null)).isEqualTo(triggerId);
    assertThat(entry.path("address").asText()).isEqualTo("127.0.0.1");
    assertThat(entry.path("request_id").asText()).isEqualTo(requestId);
  }

  /** The only entry besides that of the key. */
  private JsonNode only() {
    List<JsonNode> entries = pages(1000);
    assertThat(entries).hasSize(2);
    return entries.get(0);
  }

  private JsonNode last() {
    return pages(1000).get(0);
  }

  /** Every entry, read page by page. */
  private List<JsonNode> pages(int limit) {
    List<JsonNode> entries = new ArrayList<>();
    String path = "/v1/audit?limit=" + limit;
    JsonNode page = api.get(path).json();
    page.path("data").forEach(entries::add);
    while (page.path("has_more").asBoolean()) {
      page = api.get(path + "&cursor=" + page.path("next_cursor").asText()).json();
      page.path("data").forEach(entries::add);
    }
    return entries;
  }

  private Api.Answer post(String path, String body, String requestId) {
    return api.send(
        request(path, requestId)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path, String requestId) {
    return api.request(path).header("X-Request-Id", requestId);
  }
}
