package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An API key for the event keys of one prefix: of all others it learns nothing. */
@Timeout(60)
class ConfinedKeyTest {
  private static final AtomicInteger projects = new AtomicInteger();
  private static Standby node;
  private String project;
  private Api all;

  @BeforeAll
  static void start() {
    node = Nodes.start(TestPostgres.newDatabase(), Map.of("STANDBY_AUTH", "keys"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void newProject() {
    project = "project-" + projects.incrementAndGet();
    all = new Api(node.url()).with(Keys.all(node, project));
  }

  @ParameterizedTest
  @ValueSource(strings = {"order", "order%", "order_", "ord_", "%", "_", "\\", "O", "orde\u0301"})
  void shouldListOnlyItsOwn(String prefix) {
    for (String key : LookAlikes.KEYS) {
      all.register(key);
    }
    Api confined = confinedTo(prefix);
    List<String> own = LookAlikes.startingWith(prefix);

    assertThat(keys(confined.get("/v1/events"))).containsExactlyInAnyOrderElementsOf(own);
    assertThat(keys(confined.get("/v1/events?status=waiting&source_type=job_run")))
        .containsExactlyInAnyOrderElementsOf(own);
    Api.Answer firstOnly = confined.get("/v1/events?limit=" + own.size());
    assertThat(firstOnly.field("has_more")).isEqualTo("false");
    assertThat(firstOnly.field("next_cursor")).isNull();
  }

  @Test
  void shouldListLessButNoMore() {
    all.register("in/a/1");
    all.register("in/b");
    all.register("out");
    Api confined = confinedTo("in/");

    assertThat(keys(confined.get("/v1/events?event_key_prefix=in%2Fa"))).containsExactly("in/a/1");
    for (String wider : List.of("in", "i", "out", "IN/", "In%2Fa", "%25")) {
      assertThat(confined.get("/v1/events?event_key_prefix=" + wider).status()).isEqualTo(403);
    }
  }

  @Test
  void shouldBeToldOfChangesOfItsOwnOnly() {
    Api confined = confinedTo("in/");
    Api another = new Api(node.url()).with(Keys.all(node, "another-" + project));
    try (SseReader feed = SseReader.open(confined.request("/v1/events"));
        SseReader narrower =
            SseReader.open(confined.request("/v1/events?event_key_prefix=in%2Fa"))) {
      register(all, "out");
      register(another, "in/a");
      String first = register(all, "in/b").text();
      String second = register(all, "in/a").text();

      assertThat(feed.next().data()).isEqualTo(first);
      assertThat(feed.next().data()).isEqualTo(second);
      assertThat(narrower.next().data()).isEqualTo(second);
    }
    for (String query : List.of("?event_key_prefix=out", "?project_id=another-" + project)) {
      try (SseReader refused = SseReader.open(confined.request("/v1/events" + query))) {
        assertThat(refused.status()).isEqualTo(403);
      }
    }
    Api sender = new Api(node.url()).with(Keys.of(node, project, Scope.SEND));
    try (SseReader refused = SseReader.open(sender.request("/v1/events"))) {
      assertThat(refused.status()).isEqualTo(403);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"out", "in", "In/a", "IN/a", " in/a", "%in/a", "in%2Fa", "in\\/a"})
  void shouldTouchNoOther(String key) {
    String before = register(all, key).text();
    Api confined = confinedTo("in/");

    for (Api.Answer answer :
        List.of(
            confined.get(Api.path(key)),
            confined.get(Api.path(key) + "/stream"),
            confined.post(Api.path(key) + "/send", "{}"),
            confined.delete(Api.path(key)),
            confined.post(Api.path(key) + "/callback", ""),
            confined.post("/v1/events/prefix/" + Api.encode(key) + "/send", "{}"),
            confined.register(key))) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(403);
      assertThat(answer.text()).doesNotContain("\"trigger\"", "secret");
    }
    assertThat(all.get(Api.path(key)).text()).isEqualTo(before);
  }

  @Test
  void shouldNotTellWhetherAnotherKeyIsThere() {
    register(all, "there");
    Api confined = confinedTo("in/");

    String there = confined.get("/v1/events/there").field("detail");

    assertThat(confined.get("/v1/events/not-there").field("detail")).isEqualTo(there);
  }

  @Test
  void shouldShowNoOtherTriggerForItsFrameId() {
    register(all, "out");
    String frame;
    try (SseReader stream = SseReader.open(all, "out")) {
      frame = stream.next().id();
    }
    all.post("/v1/events/out/send", "{\"payload\":\"secret\"}");
    Api confined = confinedTo("in/");
    String own = confined.register("in/a").text();

    try (SseReader stream = SseReader.resume(confined, "in/a", frame)) {
      assertThat(stream.next().data()).isEqualTo(own);
    }
  }

  @Test
  void shouldSeeNothingThatConcernsTheWholeProject() {
    Api confined = confinedTo("in/");

    assertThat(
            List.of(
                confined.get("/v1/events/stats").status(),
                confined.post("/v1/events/purge", "{\"older_than_days\":1}").status(),
                confined.get("/v1/audit").status(),
                confined.get("/v1/keys").status(),
                confined.post("/v1/keys", "{\"scopes\":[\"admin\"]}").status(),
                confined.delete("/v1/keys/0123456789abcdef").status()))
        .containsOnly(403);
  }

  @Test
  void shouldDoEverythingToItsOwn() {
    Api confined = confinedTo("in/");
    confined.register("in/a");
    confined.register("in/b");

    String link = confined.post("/v1/events/in%2Fa/callback", "").field("url");
    assertThat(new Api("").post(link, "{}").status()).isEqualTo(200);
    assertThat(confined.get("/v1/events/in%2Fa").field("status")).isEqualTo("received");
    assertThat(confined.post("/v1/events/prefix/in%2F/send", "{}").field("resolved"))
        .isEqualTo("1");
    assertThat(confined.delete("/v1/events/in%2Fb").json().path("trigger").path("event_key"))
        .isEqualTo(Api.json("\"in/b\""));
  }

  private Api confinedTo(String prefix) {
    return new Api(node.url()).with(Keys.confined(node, project, prefix));
  }

  private static Api.Answer register(Api api, String key) {
    return api.post(
        "/v1/events",
        "{\"event_key\":%s,\"request_payload\":\"secret\"}".formatted(Api.quoted(key)));
  }

  private static List<String> keys(Api.Answer list) {
    assertThat(list.status()).as(list.text()).isEqualTo(200);
    return list.json().path("data").findValuesAsText("event_key");
  }
}
