package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.bus.EventTriggers;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Status;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two projects with equal event keys: what one does, the other neither sees nor feels. */
@Timeout(60)
class ProjectIsolationTest {
  private static final AtomicInteger tests = new AtomicInteger();
  private static String database;
  private static Standby node;
  private static Api anyone;
  private String ours;
  private String theirs;
  private Api we;
  private Api they;

  @BeforeAll
  static void start() {
    database = TestPostgres.newDatabase();
    node =
        Nodes.start(
            database,
            Map.of("STANDBY_AUTH", "keys", "STANDBY_LIMITS_CALLBACK_REQUESTS_PER_SEC", "0"));
    anyone = new Api("");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** Projects of the test's own, whose names look alike. */
  @BeforeEach
  void newProjects() {
    ours = "shop_" + tests.incrementAndGet();
    theirs = ours.replace('_', '%');
    we = new Api(node.url()).with(Keys.all(node, ours));
    they = new Api(node.url()).with(Keys.all(node, theirs));
  }

  @Test
  void shouldListAndCountOnlyItsOwn() {
    for (String key : LookAlikes.KEYS) {
      register(we, key, "ours");
      register(they, key, "theirs");
    }
    they.delete("/v1/events/order");

    JsonNode list = we.get("/v1/events?limit=1000").json().path("data");
    assertThat(list).hasSize(LookAlikes.KEYS.size());
    assertThat(list).allMatch(trigger -> trigger.path("project_id").asText().equals(ours));
    assertThat(pages(we, 2)).hasSize(LookAlikes.KEYS.size()).doesNotHaveDuplicates();
    assertThat(we.get("/v1/events?status=canceled").json().path("data")).isEmpty();
    assertThat(we.get("/v1/events/stats").field("waiting_count"))
        .isEqualTo(Integer.toString(LookAlikes.KEYS.size()));
    assertThat(we.get("/v1/events/stats").field("canceled_count")).isEqualTo("0");
  }

  @Test
  void shouldTouchOnlyItsOwnByKey() {
    for (String key : LookAlikes.KEYS) {
      register(we, key, "ours");
      register(they, key, "theirs");
    }
    for (String key : LookAlikes.KEYS) {
      String theirsBefore = they.get(Api.path(key)).text();
      List<String> others = allBut(key);

      assertThat(we.get(Api.path(key)).field("project_id")).isEqualTo(ours);
      assertThat(we.post(Api.path(key) + "/send", "{}").field("event_key")).isEqualTo(key);

      assertThat(they.get(Api.path(key)).text()).isEqualTo(theirsBefore);
      assertThat(allBut(key)).isEqualTo(others);
    }
    for (String key : LookAlikes.KEYS) {
      assertThat(they.delete(Api.path(key)).field("status")).isEqualTo("canceled");
      assertThat(we.get(Api.path(key)).field("status")).isEqualTo("received");
    }
  }

  @Test
  void shouldSendToAPrefixOfItsOwnTakenLiterally() {
    for (String prefix : List.of("order%", "ord_", "%", "\\", "O", "order/1", "orde\u0301", "'")) {
      for (String key : LookAlikes.KEYS) {
        register(we, key, "ours");
        register(they, key, "theirs");
      }

      JsonNode sent =
          we.post("/v1/events/prefix/" + Api.encode(prefix) + "/send", "{}")
              .json()
              .path("triggers");

      assertThat(sent)
          .as("prefix %s", prefix)
          .extracting(trigger -> trigger.path("event_key").asText())
          .containsExactlyInAnyOrderElementsOf(LookAlikes.startingWith(prefix));
      assertThat(sent).allMatch(trigger -> trigger.path("project_id").asText().equals(ours));
      assertThat(they.get("/v1/events/stats").field("received_count")).isEqualTo("0");
    }
  }

  @Test
  void shouldPurgeOnlyItsOwn() {
    for (Api api : List.of(we, they)) {
      register(api, "old", "old");
      api.delete("/v1/events/old");
    }
    TestPostgres.execute(
        database,
        "UPDATE event_trigger SET requested_at = requested_at - interval '9 days',"
            + " finished_at = finished_at - interval '9 days' WHERE project_id IN ('%s', '%s')"
                .formatted(ours, theirs));

    assertThat(we.post("/v1/events/purge", "{\"older_than_days\":7}").field("deleted"))
        .isEqualTo("1");

    assertThat(we.get("/v1/events/old").status()).isEqualTo(404);
    assertThat(they.get("/v1/events/old").field("status")).isEqualTo("canceled");
    assertThat(they.get("/v1/events/stats").field("total_count")).isEqualTo("1");
  }

  @Test
  void shouldStreamOnlyItsOwn() {
    register(we, "streamed", "ours");
    register(they, "streamed", "theirs");
    try (SseReader stream = SseReader.open(they, "streamed")) {
      assertThat(stream.next().status()).isEqualTo("waiting");

      we.post("/v1/events/streamed/send", "{\"payload\":\"ours\"}");
      we.post("/v1/events/prefix/streamed/send", "{\"payload\":\"ours\"}");
      they.delete("/v1/events/streamed");

      List<SseReader.Frame> rest = stream.rest();
      assertThat(rest).extracting(SseReader.Frame::status).containsExactly("canceled");
      assertThat(rest.get(0).json().path("project_id").asText()).isEqualTo(theirs);
    }
  }

  @Test
  void shouldNotShowAnotherProjectsTriggerForItsFrameId() {
    register(they, "same", "theirs");
    String theirFrame = firstId(they, "same");
    they.post("/v1/events/same/send", "{\"payload\":\"theirs\"}");
    String ourTrigger = register(we, "same", "ours").text();

    try (SseReader stream = SseReader.resume(we, "same", theirFrame)) {
      assertThat(stream.next().data()).isEqualTo(ourTrigger);
    }
  }

  @Test
  void shouldNotShowAnotherKeysTriggerForItsFrameId() {
    register(we, "other-key", "other");
    String otherFrame = firstId(we, "other-key");
    we.post("/v1/events/other-key/send", "{\"payload\":\"other\"}");
    String trigger = register(we, "this-key", "this").text();

    try (SseReader stream = SseReader.resume(we, "this-key", otherFrame)) {
      assertThat(stream.next().data()).isEqualTo(trigger);
    }
  }

  @Test
  void shouldWakeOnlyItsOwnAwaits() {
    register(we, "awaited", "ours");
    register(they, "awaited", "theirs");
    EventTriggers triggers = EventTriggers.create(node.vertx());
    Future<EventTrigger> ourEnd = triggers.await("awaited", ours);
    Future<EventTrigger> theirEnd = triggers.await("awaited", theirs);

    we.post("/v1/events/awaited/send", "{}");

    assertThat(Member.get(ourEnd).projectId()).isEqualTo(ours);
    assertThat(theirEnd.isComplete()).isFalse();
    they.delete("/v1/events/awaited");
    assertThat(Member.get(theirEnd).status()).isEqualTo(Status.CANCELED);
  }

  @Test
  void shouldResolveOnlyItsOwnByALink() {
    register(we, "linked", "ours");
    String theirTrigger = register(they, "linked", "theirs").text();
    String link = we.post("/v1/events/linked/callback", "").field("url");

    assertThat(anyone.get(link).text()).contains("ours").doesNotContain("theirs");
    assertThat(anyone.post(link, "{}").status()).isEqualTo(200);

    assertThat(we.get("/v1/events/linked").field("status")).isEqualTo("received");
    assertThat(they.get("/v1/events/linked").text()).isEqualTo(theirTrigger);
  }

  @Test
  void shouldShowNoTriggerOfAnothersInAProblem() {
    register(we, "conflict", "ours");
    register(they, "conflict", "theirs");
    they.post("/v1/events/conflict/send", "{\"payload\":\"theirs\"}");
    assertThat(register(we, "conflict", "ours").status()).isEqualTo(200);
    register(they, "elsewhere", "theirs");

    List<Api.Answer> problems = new ArrayList<>();
    problems.add(register(we, "conflict", "more"));
    we.post("/v1/events/conflict/send", "{\"payload\":\"ours\"}");
    problems.add(we.post("/v1/events/conflict/send", "{\"payload\":\"theirs\"}"));
    problems.add(we.delete("/v1/events/conflict"));
    problems.add(we.post("/v1/events/conflict/callback", ""));
    for (Api.Answer conflict : problems) {
      assertThat(conflict.status()).isEqualTo(409);
      assertThat(conflict.json().path("trigger").path("project_id").asText()).isEqualTo(ours);
    }
    problems.add(we.get("/v1/events/elsewhere"));
    problems.add(we.get("/v1/events/elsewhere/stream"));
    problems.add(we.delete("/v1/events/elsewhere"));
    problems.add(we.post("/v1/events/elsewhere/send", "{}"));
    problems.add(we.post("/v1/events/elsewhere/callback", ""));
    String named = "?project_id=" + Api.encode(theirs);
    problems.add(we.get("/v1/events/elsewhere" + named));
    problems.add(we.delete("/v1/events/elsewhere" + named));
    problems.add(we.get("/v1/events" + named));
    problems.add(we.post("/v1/events/prefix/else/send" + named, "{}"));
    problems.add(we.get("/v1/audit" + named));
    problems.add(we.get("/v1/keys" + named));
    for (Api.Answer problem : problems) {
      assertThat(problem.status()).as(problem.text()).isBetween(403, 409);
      assertThat(problem.text()).doesNotContain("theirs", theirs);
    }
    assertThat(they.get("/v1/events/elsewhere").field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldManageOnlyItsOwnKeysAndReadOnlyItsOwnLog() {
    register(they, "logged", "theirs");
    String theirKey = they.post("/v1/keys", "{\"scopes\":[\"admin\"]}").field("id");

    assertThat(we.delete("/v1/keys/" + theirKey).status()).isEqualTo(404);
    for (String path : List.of("/v1/keys", "/v1/audit")) {
      assertThat(we.get(path).json().path("data")).hasSize(1);
      assertThat(we.get(path).text()).doesNotContain(theirs, theirKey);
    }
    assertThat(they.get("/v1/keys").text()).doesNotContain("revoked_at");
  }

  private static Api.Answer register(Api api, String key, String payload) {
    return api.post(
        "/v1/events",
        "{\"event_key\":%s,\"request_payload\":\"%s\"}".formatted(Api.quoted(key), payload));
  }

  private static String firstId(Api api, String key) {
    try (SseReader stream = SseReader.open(api, key)) {
      return stream.next().id();
    }
  }

  /** Our triggers of all other keys. */
  private List<String> allBut(String key) {
    return LookAlikes.KEYS.stream()
        .filter(other -> !other.equals(key))
        .map(other -> we.get(Api.path(other)).text())
        .toList();
  }

  private static List<String> pages(Api api, int limit) {
    List<String> ids = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      Api.Answer page = api.get("/v1/events?limit=" + limit + cursor);
      page.json().path("data").forEach(trigger -> ids.add(trigger.path("id").asText()));
      cursor = page.field("next_cursor") == null ? null : "&cursor=" + page.field("next_cursor");
    }
    return ids;
  }
}
