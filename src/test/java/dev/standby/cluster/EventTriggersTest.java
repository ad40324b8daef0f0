package dev.standby.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.standby.Standby;
import dev.standby.bus.EventTriggers;
import dev.standby.bus.Registration;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Filter;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.SourceType;
import dev.standby.trigger.Status;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The event bus as other verticles use it: in a node's process, and in a member that is no node.
 */
class EventTriggersTest {
  private static Standby node;
  private static NodeProcess other;
  private static Member member;
  private static Api otherApi;
  private static EventTriggers inNode;
  private static EventTriggers inMember;

  /** Where the client runs. */
  private enum Place {
    NODE,
    MEMBER;

    Vertx vertx() {
      return this == NODE ? node.vertx() : member.vertx();
    }

    EventTriggers triggers() {
      return this == NODE ? inNode : inMember;
    }

    String key(String name) {
      return name + "/" + this;
    }
  }

  @BeforeAll
  static void start() {
    String database = TestPostgres.newDatabase();
    int port = Nodes.freePort();
    int otherPort = Nodes.freePort();
    String members = "127.0.0.1:" + port + ",127.0.0.1:" + otherPort;
    Map<String, String> cluster =
        Map.of("STANDBY_CLUSTER_ENABLED", "true", "STANDBY_CLUSTER_MEMBERS", members);
    node = Nodes.start(database, with(cluster, "STANDBY_CLUSTER_PORT", port));
    other =
        NodeProcess.start(
            Nodes.environment(database, with(cluster, "STANDBY_CLUSTER_PORT", otherPort)));
    otherApi = new Api(other.url());
    member = Member.join(List.of(members.split(",")));
    inNode = EventTriggers.create(node.vertx());
    inMember = EventTriggers.create(member.vertx());
  }

  @AfterAll
  static void stop() {
    member.close();
    other.close();
    node.close();
  }

  @ParameterizedTest
  @EnumSource
  void shouldShowTheSameTriggerToEveryMethodWhenItIsRegisteredAndSentTo(Place place) {
    EventTriggers triggers = place.triggers();
    Registration registration =
        Registration.of(place.key("whole"))
            .project("shop")
            .workflowStep("run-1", "step-2")
            .requestPayload(new BigDecimal("1.10"))
            .timeoutSecs(600);

    EventTrigger registered = Member.get(triggers.register(registration));
    EventTrigger again = Member.get(triggers.register(registration));
    EventTrigger read = Member.get(triggers.get(place.key("whole"), null));
    EventTrigger sent =
        Member.get(triggers.send(place.key("whole"), "shop", new BigDecimal("1.10")));
    EventTrigger resent = Member.get(triggers.send(place.key("whole"), new BigDecimal("1.1")));

    assertThat(registered.requestPayload()).isEqualTo("1.10");
    assertThat(registered.sourceType()).isEqualTo(SourceType.WORKFLOW_STEP);
    assertThat(again).isEqualTo(registered).isEqualTo(read);
    assertThat(sent.status()).isEqualTo(Status.RECEIVED);
    assertThat(sent.responsePayload()).isEqualTo("1.10");
    assertThat(sent.id()).isEqualTo(registered.id());
    assertThat(resent).isEqualTo(sent);
    assertThat(otherApi.get(Api.path(place.key("whole"))).text())
        .contains("\"response_payload\":1.10,");
  }

  @ParameterizedTest
  @EnumSource
  void shouldListCountResolveAndPurgeWhenAsked(Place place) {
    EventTriggers triggers = place.triggers();
    String project = "project-" + place;
    for (String name : List.of("a/1", "a/2", "b/1")) {
      Member.get(triggers.register(Registration.of(name).project(project)));
    }

    Outcome.Triggers resolved = Member.get(triggers.sendPrefix("a/", project, null));
    EventTrigger canceled = Member.get(triggers.cancel("b/1", project));
    Outcome.Page page =
        Member.get(
            triggers.list(
                new Command.ListPage(
                    project,
                    new Filter(Status.RECEIVED, null, null, SourceType.JOB_RUN, null, null, null),
                    1,
                    null)));
    Outcome.Stats stats = Member.get(triggers.stats(project));
    Outcome.Purged purged = Member.get(triggers.purge(project, 1, true));

    assertThat(resolved.triggers())
        .extracting(EventTrigger::eventKey)
        .containsExactly("a/1", "a/2");
    assertThat(resolved.triggers()).extracting(EventTrigger::responsePayload).containsOnly("null");
    assertThat(canceled.error()).isEqualTo("canceled by user");
    assertThat(page.triggers()).containsExactly(resolved.triggers().get(1));
    assertThat(page.hasMore()).isTrue();
    assertThat(page.nextCursor()).isEqualTo(page.triggers().get(0).requestedAt());
    assertThat(List.of(stats.total(), stats.waiting(), stats.received(), stats.canceled()))
        .containsExactly(3L, 0L, 2L, 1L);
    assertThat(purged).isEqualTo(new Outcome.Purged(0, true));
  }

  @ParameterizedTest
  @EnumSource
  void shouldFailWithTheReasonAndTheTriggerInTheWayWhenRefused(Place place) {
    EventTriggers triggers = place.triggers();
    String key = place.key("refused");
    EventTrigger waiting = Member.get(triggers.register(Registration.of(key)));

    Rejection registered = refusal(triggers.register(Registration.of(key).timeoutSecs(5)));
    EventTrigger sent = Member.get(triggers.send(key, "yes"));
    Rejection resent = refusal(triggers.send(key, "no"));
    Rejection canceled = refusal(triggers.cancel(key, null));

    assertThat(registered.reason()).isEqualTo(Reason.CONFLICT);
    assertThat(registered.trigger()).isEqualTo(waiting);
    assertThat(List.of(resent, canceled))
        .extracting(Rejection::reason)
        .containsOnly(Reason.CONFLICT);
    assertThat(List.of(resent, canceled)).extracting(Rejection::trigger).containsOnly(sent);
    assertThat(
            List.<Future<?>>of(
                triggers.send("unknown", 1),
                triggers.cancel("unknown", null),
                triggers.get("unknown", null),
                triggers.await("unknown")))
        .extracting(future -> refusal(future).reason())
        .containsOnly(Reason.NOT_FOUND);
    assertThat(
            List.<Future<?>>of(
                triggers.register(Registration.of("stats")),
                triggers.send("", 1),
                triggers.send(key, "\u0000"),
                triggers.send(key, new Object()),
                triggers.sendPrefix("\n", null, 1),
                triggers.cancel("", null),
                triggers.get("", null),
                triggers.await(""),
                triggers.stats(""),
                triggers.purge(null, 0, true)))
        .extracting(future -> refusal(future).reason())
        .containsOnly(Reason.BAD_REQUEST);
  }

  @ParameterizedTest
  @EnumSource
  void shouldEndTheAwaitWhenTheOutcomeComesOnAnotherNode(Place place) {
    Map<String, Supplier<Api.Answer>> outcomes =
        Map.of(
            "sent",
                () -> otherApi.post(Api.path(place.key("sent")) + "/send", "{\"payload\":1.10}"),
            "prefix", () -> otherApi.post("/v1/events/prefix/prefix%2F" + place + "/send", "{}"),
            "canceled", () -> otherApi.delete(Api.path(place.key("canceled"))),
            "due", () -> otherApi.get("/health/live"));
    outcomes.forEach(
        (name, outcome) -> {
          String fields = name.equals("due") ? ",\"timeout_secs\":1" : "";
          otherApi.post("/v1/events", "{\"event_key\":\"" + place.key(name) + "\"" + fields + "}");
          Future<EventTrigger> before = place.triggers().await(place.key(name));

          assertThat(outcome.get().status()).isEqualTo(200);

          EventTrigger ended = Member.get(before);
          assertThat(ended.status())
              .isEqualTo(
                  switch (name) {
                    case "canceled" -> Status.CANCELED;
                    case "due" -> Status.TIMED_OUT;
                    default -> Status.RECEIVED;
                  });
          assertThat(ended.responsePayload()).isEqualTo(name.equals("sent") ? "1.10" : null);
          assertThat(Member.get(place.triggers().await(place.key(name), "default")))
              .isEqualTo(ended);
        });
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerInPlainJsonWhenAskedInPlainJson(Place place) {
    String key = place.key("plain");
    JsonObject name = new JsonObject().put("event_key", key);

    JsonObject registered = ask(place, "register", name.copy().put("request_payload", 7));
    JsonObject sent = ask(place, "send", name.copy().put("payload", new JsonObject().put("a", 1)));

    assertThat(registered.getInteger("request_payload")).isEqualTo(7);
    assertThat(sent.getString("status")).isEqualTo("received");
    assertThat(ask(place, "get", name)).isEqualTo(sent);
    assertThat(sent).isEqualTo(new JsonObject(otherApi.get(Api.path(key)).text()));
    assertThat(
            ask(place, "list", new JsonObject().put("project_id", "default")).getJsonArray("data"))
        .contains(sent);
    assertThat(ask(place, "stats", new JsonObject()).getLong("received_count")).isPositive();
    assertThat(
            ask(place, "send-prefix", new JsonObject().put("prefix", "no/such"))
                .getInteger("resolved"))
        .isZero();
    assertThat(
            ask(place, "purge", new JsonObject().put("older_than_days", 1).put("dry_run", true))
                .getBoolean("dry_run"))
        .isTrue();
    assertThat(failure(place, "cancel", name).failureCode()).isEqualTo(409);
    JsonObject problem = new JsonObject(failure(place, "cancel", name).getMessage());
    assertThat(problem.getString("code")).isEqualTo("conflict");
    assertThat(problem.getJsonObject("trigger")).isEqualTo(sent);
    assertThat(failure(place, "get", new JsonObject().put("event_key", "unknown")).failureCode())
        .isEqualTo(404);
    assertThat(failure(place, "register", name.copy().put("timeout", 5)).getMessage())
        .contains("bad_request", "'timeout'");
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseAtOnceWhenAMessageIsNoRequest(Place place) {
    for (String operation :
        List.of("register", "get", "list", "stats", "send", "send-prefix", "cancel", "purge")) {
      for (Object body : new Object[] {null, "text", 1, new JsonArray().add("a")}) {
        assertThat(failure(place, operation, body).failureCode())
            .as("%s of %s", operation, body)
            .isEqualTo(400);
      }
    }
    assertThat(failure(place, "get", new JsonObject()).failureCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnnounceEveryChangeInPlainJsonWhenItHappensOnAnotherNode(Place place) {
    String key = place.key("changed");
    Queue<JsonObject> heard = new ConcurrentLinkedQueue<>();
    var consumer =
        place
            .vertx()
            .eventBus()
            .<JsonObject>consumer(
                "standby.events.changed",
                message ->
                    message.body().getJsonArray("triggers").stream()
                        .map(JsonObject.class::cast)
                        .filter(trigger -> trigger.getString("event_key").startsWith(key))
                        .forEach(heard::add));
    Member.get(consumer.completion());
    // Another node may hear of a new consumer a moment later.
    Await.until(
        "the other node announces to us",
        Duration.ofSeconds(10),
        () -> {
          otherApi.register(key + "/" + System.nanoTime());
          return !heard.isEmpty();
        });

    Api.Answer registered = otherApi.register(key);
    Api.Answer sent = otherApi.post(Api.path(key) + "/send", "{\"payload\":{\"n\":1}}");

    Await.until(
        "both changes are announced",
        Duration.ofSeconds(10),
        () ->
            heard.stream()
                .filter(trigger -> trigger.getString("event_key").equals(key))
                .toList()
                .equals(List.of(new JsonObject(registered.text()), new JsonObject(sent.text()))));
    Member.get(consumer.unregister());
  }

  private static Rejection refusal(Future<?> future) {
    return catchThrowableOfType(Rejection.class, () -> Member.get(future));
  }

  private static Future<JsonObject> request(Place place, String operation, Object body) {
    return place
        .vertx()
        .eventBus()
        .<JsonObject>request(
            "standby.events." + operation, body, new DeliveryOptions().setSendTimeout(20_000))
        .map(message -> message.body());
  }

  private static JsonObject ask(Place place, String operation, Object body) {
    return Member.get(request(place, operation, body));
  }

  private static ReplyException failure(Place place, String operation, Object body) {
    ReplyException failure =
        catchThrowableOfType(
            ReplyException.class, () -> Member.get(request(place, operation, body)));
    assertThat(failure.failureType()).isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
    return failure;
  }

  private static Map<String, String> with(Map<String, String> settings, String name, int value) {
    Map<String, String> all = new java.util.HashMap<>(settings);
    all.put(name, Integer.toString(value));
    return all;
  }
}
