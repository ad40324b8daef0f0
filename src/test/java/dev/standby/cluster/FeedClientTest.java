package dev.standby.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.bus.EventTriggers;
import dev.standby.bus.FeedReading;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.TestCluster;
import dev.standby.trigger.Command;
import dev.standby.trigger.Filter;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The feed as verticles read it, in a member of the cluster that is no node. */
class FeedClientTest {
  private static TestCluster cluster;
  private static Member member;
  private static EventTriggers triggers;

  private final Queue<Outcome.FeedPage> pages = new ConcurrentLinkedQueue<>();
  private String project;

  @BeforeAll
  static void start() {
    cluster = TestCluster.shared();
    member = Member.join(cluster.members());
    triggers = EventTriggers.create(member.vertx());
  }

  @AfterAll
  static void stop() {
    member.close();
  }

  @BeforeEach
  void newProject() {
    project = "feed-" + UUID.randomUUID();
  }

  @Test
  void shouldTellWhatChangesOnAnyNodeAndGoOnWhereItWas() {
    FeedReading reading = read(null, null);
    for (int node = 0; node < 3; node++) {
      register(node, "key-" + node);
      cancel(node + 1, "key-" + node);
    }
    awaitChanges(6);
    assertThat(told())
        .containsExactly(
            "key-0 WAITING", "key-0 CANCELED",
            "key-1 WAITING", "key-1 CANCELED",
            "key-2 WAITING", "key-2 CANCELED");
    reading.close();
    Member.get(reading.ended());
    register(0, "missed");
    pages.clear();

    FeedReading again = read(null, reading.position());

    awaitChanges(1);
    assertThat(told()).containsExactly("missed WAITING");
    again.close();
  }

  @Test
  void shouldBeToldAtOnceWhatChangesOnAnyNode() {
    FeedReading reading = read(null, null);
    long began = System.nanoTime();

    for (int i = 1; i <= 20; i++) {
      register(i, "key-" + i);
      awaitChanges(i);
    }

    // By its own tick alone, two seconds each time.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
    reading.close();
  }

  @Test
  void shouldTellOnlyWhatTheFiltersLetThrough() {
    FeedReading reading = read(Status.RECEIVED, null);
    register(0, "a");
    register(1, "b");
    cancel(2, "a");
    Member.get(triggers.send("b", project, 1));

    awaitChanges(1);
    assertThat(told()).containsExactly("b RECEIVED");
    reading.close();
  }

  @Test
  void shouldWaitForTheHandlerAndEndWhenItFails() {
    Promise<Void> handled = Promise.promise();
    FeedReading reading =
        Member.get(
            triggers.feed(
                filter(null),
                null,
                page -> {
                  pages.add(page);
                  return handled.future();
                }));
    register(0, "first");
    awaitChanges(1);
    register(0, "second");
    handled.fail(new IllegalStateException("the handler's own"));

    assertThatThrownBy(() -> Member.get(reading.ended())).hasMessage("the handler's own");
    assertThat(told()).containsExactly("first WAITING");
  }

  @Test
  void shouldSayThatChangesMayHaveBeenMissed() {
    FeedReading reading = read(null, "nothing-of-ours");

    assertThat(pages).hasSize(1).allMatch(Outcome.FeedPage::reset);
    register(0, "then");
    awaitChanges(1);
    reading.close();
  }

  @Test
  void shouldRefuseAPageOfAList() {
    Command.ListPage page = new Command.ListPage(project, Filter.ALL, 5, Instant.now());

    assertThatThrownBy(() -> Member.get(triggers.feed(page, null, any -> Future.succeededFuture())))
        .isInstanceOf(Rejection.class)
        .hasMessageContaining("'cursor'");
  }

  @Test
  void shouldBeReadWithPlainJsonAsWell() {
    JsonObject begun = ask(new JsonObject().put("project_id", project));
    assertThat(begun.getJsonArray("changes")).isEmpty();
    JsonObject registered = new JsonObject(register(1, "plain"));

    JsonObject page =
        ask(
            new JsonObject()
                .put("project_id", project)
                .put("status", "waiting")
                .put("after", begun.getString("next")));

    JsonArray changes = page.getJsonArray("changes");
    assertThat(changes).hasSize(1);
    assertThat(changes.getJsonObject(0).getJsonObject("trigger")).isEqualTo(registered);
    assertThat(changes.getJsonObject(0).getString("id")).isNotEmpty();
    assertThat(page.getBoolean("reset")).isFalse();
  }

  private static JsonObject ask(JsonObject body) {
    return Member.get(
        member
            .vertx()
            .eventBus()
            .<JsonObject>request("standby.events.feed", body)
            .map(reply -> reply.body()));
  }

  private FeedReading read(Status status, String after) {
    return Member.get(
        triggers.feed(
            filter(status),
            after,
            page -> {
              pages.add(page);
              return Future.succeededFuture();
            }));
  }

  private Command.ListPage filter(Status status) {
    return new Command.ListPage(
        project, new Filter(status, null, null, null, null, null, null), 100, null);
  }

  private void awaitChanges(int count) {
    Await.until(
        count + " changes have been told", Duration.ofSeconds(10), () -> told().size() >= count);
  }

  private List<String> told() {
    return pages.stream()
        .flatMap(page -> page.changes().stream())
        .map(change -> change.trigger().eventKey() + " " + change.trigger().status())
        .toList();
  }

  private String register(int node, String key) {
    return cluster
        .api(node)
        .post("/v1/events?project_id=" + project, "{\"event_key\":\"" + key + "\"}")
        .text();
  }

  private void cancel(int node, String key) {
    cluster.api(node).delete(Api.path(key) + "?project_id=" + project);
  }
}
