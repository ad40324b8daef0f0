package dev.standby.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.bus.EventTriggers;
import dev.standby.bus.Registration;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.NodeProcess;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Command;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Fault;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Status;
import dev.standby.trigger.TriggerType;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Early events, batches, callback links and webhook deliveries, asked for by a member of the
 * cluster that is no node.
 */
class MemberOperationsTest {
  private static List<NodeProcess> nodes;
  private static Member member;
  private static EventTriggers triggers;

  @BeforeAll
  static void start() {
    nodes = NodeProcess.cluster(1, TestPostgres.newDatabase());
    member = Member.join(NodeProcess.members(nodes));
    triggers = EventTriggers.create(member.vertx());
  }

  @AfterAll
  static void stop() {
    member.close();
    nodes.forEach(NodeProcess::close);
  }

  @Test
  void shouldHoldAnEventAndHaveItTaken() {
    Outcome.Held held = (Outcome.Held) Member.get(triggers.sendOrHold("early", null, 7, 60));
    Outcome.HeldPage page =
        Member.get(triggers.listHeld(new Command.ListHeld("default", 10, null, "early")));

    EventTrigger taken = Member.get(triggers.register(Registration.of("early")));

    assertThat(held.eventKey()).isEqualTo("early");
    assertThat(page.events()).extracting(event -> event.id()).containsExactly(held.id());
    assertThat(taken.status()).isEqualTo(Status.RECEIVED);
    assertThat(taken.responsePayload()).isEqualTo("7");
    assertThat(taken.sentBy()).isEqualTo("bus");
  }

  @Test
  void shouldDeleteAnEventThatIsHeld() {
    Outcome.Held held = (Outcome.Held) Member.get(triggers.sendOrHold("gone", null, 7, 60));

    assertThat(Member.get(triggers.deleteHeld(held.id(), "default")).payload()).isEqualTo("7");
    assertThatThrownBy(() -> Member.get(triggers.deleteHeld(held.id(), "default")))
        .isInstanceOfSatisfying(
            Rejection.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
  }

  @Test
  void shouldAnswerForEachOfMany() {
    Outcome.Batch registered =
        Member.get(
            triggers.registerAll(List.of(Registration.of("many/1"), Registration.of("many/2"))));
    Outcome.Batch sent =
        Member.get(
            triggers.sendAll(
                List.of(
                    send("many/2", "2", 0),
                    send("many/none", "0", 0),
                    send("many/early", "3", 60),
                    send("many/1", "1", 0))));

    assertThat(registered.results()).extracting(Outcome.Result::status).containsExactly(201, 201);
    assertThat(sent.results())
        .extracting(Outcome.Result::status)
        .containsExactly(200, 404, 202, 200);
    assertThat(((EventTrigger) sent.results().get(0).outcome()).responsePayload()).isEqualTo("2");
    assertThat(sent.results().get(1).refused().reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(((Outcome.Held) sent.results().get(2).outcome()).eventKey()).isEqualTo("many/early");
  }

  @Test
  void shouldTakeABatchAsPlainJson() {
    JsonObject answer =
        (JsonObject)
            Member.get(
                    member
                        .vertx()
                        .eventBus()
                        .request(
                            "standby.events.register-batch",
                            new JsonObject()
                                .put(
                                    "items",
                                    new JsonArray()
                                        .add(new JsonObject().put("event_key", "plain"))
                                        .add(new JsonObject().put("evnt_key", "plain")))))
                .body();

    assertThat(answer.getJsonArray("results").getJsonObject(0).getInteger("status")).isEqualTo(201);
    assertThat(
            answer
                .getJsonArray("results")
                .getJsonObject(1)
                .getJsonObject("problem")
                .getString("detail"))
        .contains("evnt_key");
  }

  @Test
  void shouldMakeACallbackLinkThatWorksOverHttp() {
    Member.get(triggers.register(Registration.of("link")));

    String path = Member.get(triggers.callback("link", null)).url();

    Api api = new Api(nodes.get(0).url());
    assertThat(
            api.send(
                    HttpRequest.newBuilder(URI.create(nodes.get(0).url() + path))
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("yes"))
                        .build())
                .status())
        .isEqualTo(200);
    assertThat(Member.get(triggers.get("link", null)).sentBy()).isEqualTo("callback");
  }

  @Test
  void shouldMoveADeadline() {
    EventTrigger registered = Member.get(triggers.register(Registration.of("moved")));

    EventTrigger moved = Member.get(triggers.update("moved", null, 7200));

    assertThat(moved.id()).isEqualTo(registered.id());
    assertThat(moved.timeoutSecs()).isEqualTo(7200);
    assertThat(moved.expiresAt()).isAfter(registered.expiresAt());
    assertThat(Member.get(triggers.get("moved", null))).isEqualTo(moved);
  }

  @Test
  void shouldAskForMoreThanAnEvent() {
    Registration registration =
        Registration.of("more")
            .payloadSchema(new JsonObject().put("type", "integer"))
            .timeoutPayload(List.of(1))
            .notifyUrl("http://127.0.0.1:9/hook")
            .emitKey("more/next");
    EventTrigger first = Member.get(triggers.register(registration));
    Member.get(triggers.register(Registration.of("more/next")));

    assertThatThrownBy(() -> Member.get(triggers.send("more", "seven")))
        .isInstanceOfSatisfying(
            Rejection.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.VALIDATION_FAILED);
              assertThat(e.faults()).extracting(Fault::pointer).containsExactly("");
            });
    EventTrigger sent = Member.get(triggers.send("more", 7));

    assertThat(first.terms().payloadSchema()).isEqualTo("{\"type\":\"integer\"}");
    assertThat(sent.terms()).isEqualTo(first.terms());
    assertThat(sent.responsePayload()).isEqualTo("7");
    assertThat(Member.get(triggers.get("more/next", null)).responsePayload()).isEqualTo("7");
  }

  @Test
  void shouldHearTheEndOfASleep() {
    Member.get(triggers.register(Registration.of("asleep").sleep().timeoutSecs(1)));

    EventTrigger over = Member.get(triggers.await("asleep"));

    assertThat(over.status()).isEqualTo(Status.RECEIVED);
    assertThat(over.terms().type()).isEqualTo(TriggerType.SLEEP);
  }

  @Test
  void shouldShowAWebhookDeliveryAndHaveItTriedAgain() {
    new Api(nodes.get(0).url())
        .post("/v1/events", "{\"event_key\":\"told\",\"notify_url\":\"http://127.0.0.1:9/\"}");
    Member.get(triggers.cancel("told", "default"));
    Await.until(
        "the delivery has failed, as a node calls nothing on its own machine",
        Duration.ofSeconds(10),
        () -> deliveries().get(0).error() != null);
    Delivery failed = deliveries().get(0);

    Delivery retried = Member.get(triggers.retryDelivery("told", null, failed.id()));

    assertThat(failed.error()).isEqualTo("the address is not allowed");
    assertThat(retried.id()).isEqualTo(failed.id());
    assertThat(retried.status()).isEqualTo(Delivery.State.PENDING);
    assertThat(retried.nextAttemptAt()).isBefore(failed.nextAttemptAt());
  }

  private static List<Delivery> deliveries() {
    return Member.get(triggers.deliveries(new Delivery.Query("told", "default", 10, null)))
        .deliveries();
  }

  @Test
  void shouldCarryOutOnceWhatComesWithAnIdempotencyKey() {
    Member.get(triggers.register(Registration.of("once")));
    EventTriggers once = triggers.withIdempotencyKey("send-1");

    EventTrigger first = Member.get(once.send("once", null, 7));
    Member.get(triggers.register(Registration.of("once")));
    EventTrigger again = Member.get(once.send("once", null, 7));
    Outcome.Sent held = Member.get(triggers.withIdempotencyKey("2").sendOrHold("o", null, 1, 60));
    Outcome.Sent sameHeld =
        Member.get(triggers.withIdempotencyKey("2").sendOrHold("o", null, 1, 60));

    assertThat(again).isEqualTo(first);
    assertThat(sameHeld).isEqualTo(held);
    assertThat(Member.get(triggers.get("once", null)).status()).isEqualTo(Status.WAITING);
    assertRefused(once.send("once", null, 8), Reason.VALIDATION_FAILED);
    assertRefused(once.cancel("once", null), Reason.BAD_REQUEST);
    assertRefused(triggers.withIdempotencyKey("a b").send("once", null, 7), Reason.BAD_REQUEST);
  }

  @Test
  void shouldKnowAnIdempotencyKeyFromHttp() {
    Member.get(triggers.register(Registration.of("both")));
    EventTrigger sent = Member.get(triggers.withIdempotencyKey("both").send("both", null, 7));

    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .sendAsync(
                HttpRequest.newBuilder(URI.create(nodes.get(0).url() + "/v1/events/both/send"))
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", "both")
                    .POST(HttpRequest.BodyPublishers.ofString("{ \"payload\": 7 }"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .join();

    assertThat(answer.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(answer.body()).contains(sent.id().toString(), "\"sent_by\":\"bus\"");
  }

  @Test
  void shouldTellInPlainJsonThatAReplyWasGivenBefore() {
    JsonObject body = new JsonObject().put("event_key", "plain-once");
    DeliveryOptions options = new DeliveryOptions().addHeader("idempotency-key", "plain");

    Message<Object> first =
        Member.get(member.vertx().eventBus().request("standby.events.register", body, options));
    Message<Object> again =
        Member.get(member.vertx().eventBus().request("standby.events.register", body, options));

    assertThat(again.body()).isEqualTo(first.body());
    assertThat(first.headers().contains("idempotency-replayed")).isFalse();
    assertThat(again.headers().get("idempotency-replayed")).isEqualTo("true");
  }

  private static void assertRefused(Future<?> future, Reason reason) {
    assertThatThrownBy(() -> Member.get(future))
        .isInstanceOfSatisfying(Rejection.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static Command.Send send(String key, String payload, int holdSecs) {
    return new Command.Send(key, null, payload, holdSecs, Origin.BUS);
  }
}
