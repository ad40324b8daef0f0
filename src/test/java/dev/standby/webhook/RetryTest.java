package dev.standby.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.contract.Database;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A receiver that fails is tried again, ever less often, for a day. The clock is the database's,
 * and these tests move what stands in it.
 */
@Timeout(60)
class RetryTest {
  private static final Database database = Database.create();
  private static Standby node;
  private static Hooks hooks;

  @BeforeAll
  static void start() {
    node = Nodes.start(database.url(), Hooks.LOOPBACK);
    hooks = new Hooks(node.url(), database);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldDeliverToAReceiverThatComesBackAfterAnHour() throws Exception {
    try (Receiver receiver = Receiver.away()) {
      String key = hooks.received(receiver.url());
      hooks.await(key, "attempts", "1");
      JsonNode delivery = hooks.await(key, "error", "the host does not take the connection");
      assertThat(pause(delivery)).isBetween(Duration.ofMillis(2400), Duration.ofSeconds(8));

      hooks.pass(key, "30 seconds");
      delivery = failedOnceMore(key, 2);
      assertThat(pause(delivery)).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(75));

      receiver.start();
      receiver.answers(503);
      hooks.pass(key, "30 minutes");
      delivery = failedOnceMore(key, 3);
      assertThat(pause(delivery)).isBetween(Duration.ofMinutes(29), Duration.ofMinutes(63));
      assertThat(delivery.path("error").asText()).isEqualTo("answered with 503");
      assertThat(delivery.path("response_status").asInt()).isEqualTo(503);

      receiver.answers(200);
      hooks.pass(key, "30 minutes");
      delivery = hooks.await(key, "status", "delivered");

      assertThat(delivery.path("attempts").asInt()).isEqualTo(4);
      assertThat(delivery.has("error")).isFalse();
      Receiver.Call last = receiver.await(2);
      assertThat(last.id()).isEqualTo(receiver.await(1).id());
      last.verify(hooks.api().get("/v1/webhooks/secret").field("secret"));
    }
  }

  @Test
  void shouldGiveUpAfterADayAndBeginAnewOnDemand() {
    try (Receiver receiver = Receiver.open().answers(500)) {
      String key = hooks.received(receiver.url());
      hooks.await(key, "error", "answered with 500");
      hooks.pass(key, "23 hours");
      JsonNode delivery = failedOnceMore(key, 2);
      assertThat(Instant.parse(delivery.path("next_attempt_at").asText()))
          .as("the last one is made when the day is over")
          .isBeforeOrEqualTo(
              Instant.parse(delivery.path("created_at").asText()).plus(Duration.ofSeconds(86_401)));

      hooks.pass(key, "1 hour");
      delivery = hooks.await(key, "status", "failed");

      assertThat(delivery.path("attempts").asInt()).isEqualTo(3);
      assertThat(delivery.has("next_attempt_at")).isFalse();
      receiver.answers(204);
      String id = delivery.path("id").asText();
      hooks.api().post(Api.path(key) + "/deliveries/" + id + "/retry", "");
      assertThat(hooks.await(key, "status", "delivered").path("attempts").asInt()).isEqualTo(4);
    }
  }

  @Test
  void shouldNotTryAgainWhenTheReceiverIsGoneForGood() {
    try (Receiver receiver = Receiver.open().answers(410)) {
      String key = hooks.received(receiver.url());

      JsonNode delivery = hooks.await(key, "status", "failed");

      assertThat(delivery.path("response_status").asInt()).isEqualTo(410);
      assertThat(delivery.path("attempts").asInt()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"301", "302", "303", "307", "308"})
  void shouldNotFollowRedirects(int status) {
    try (Receiver other = Receiver.open();
        Receiver receiver = Receiver.open()) {
      receiver.answers(
          exchange -> {
            exchange.getResponseHeaders().add("Location", other.url());
            exchange.sendResponseHeaders(status, -1);
          });

      String key = hooks.received(receiver.url());
      JsonNode delivery = hooks.await(key, "response_status", Integer.toString(status));

      assertThat(delivery.path("status").asText()).isEqualTo("pending");
      assertThat(delivery.path("error").asText())
          .isEqualTo("answered with " + status + ", and redirects are not followed");
      assertThat(other.calls()).isEmpty();
    }
  }

  @Test
  void shouldWaitAsLongAsTheReceiverWants() {
    try (Receiver receiver = Receiver.open()) {
      receiver.answers(
          exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "600");
            exchange.sendResponseHeaders(429, -1);
          });

      String key = hooks.received(receiver.url());

      assertThat(pause(hooks.await(key, "error", "answered with 429")))
          .isBetween(Duration.ofSeconds(599), Duration.ofSeconds(610));
    }
  }

  @Test
  void shouldNotWaitForEverBecauseTheReceiverWantsIt() {
    try (Receiver receiver = Receiver.open()) {
      receiver.answers(
          exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "999999999");
            exchange.sendResponseHeaders(503, -1);
          });

      String key = hooks.received(receiver.url());

      assertThat(pause(hooks.await(key, "error", "answered with 503")))
          .isBetween(Duration.ofHours(3), Duration.ofHours(5));
    }
  }

  @Test
  void shouldSayThatTheTriggerHasBeenPurged() {
    try (Receiver receiver = Receiver.open().answers(500)) {
      String key = hooks.received(receiver.url());
      hooks.await(key, "error", "answered with 500");
      database.execute(
          "UPDATE event_trigger SET requested_at = requested_at - interval '9 days',"
              + " finished_at = finished_at - interval '9 days' WHERE event_key = '%s'"
                  .formatted(key));
      hooks.api().post("/v1/events/purge", "{\"older_than_days\":7}");
      // So that the key is known still.
      hooks.api().register(key);

      hooks.pass(key, "1 minute");

      assertThat(hooks.await(key, "status", "failed").path("error").asText())
          .isEqualTo("the event trigger has been deleted");
    }
  }

  @Test
  void shouldDeleteWhatEndedAMonthAgo() {
    try (Receiver receiver = Receiver.open()) {
      String key = hooks.received(receiver.url());
      hooks.await(key, "status", "delivered");
      String kept = hooks.received(receiver.url());
      hooks.await(kept, "status", "delivered");
      database.execute(
          "UPDATE webhook_delivery SET last_at = last_at - interval '31 days' WHERE event_key = '%s'"
              .formatted(key));

      try (Standby another = Nodes.alone(database.url())) {
        Await.until(
            "the old delivery is gone", Receiver.SOON, () -> hooks.delivery(key).isMissingNode());
        assertThat(another.url()).isNotNull();
      }
      assertThat(hooks.delivery(kept).isMissingNode()).isFalse();
    }
  }

  private static JsonNode failedOnceMore(String key, int attempts) {
    hooks.await(key, "attempts", Integer.toString(attempts));
    Await.until(
        "the attempt is over",
        Receiver.SOON,
        () ->
            database.count(
                    "SELECT count(*) FROM webhook_delivery WHERE NOT trying AND event_key = '%s'"
                        .formatted(key))
                == 1);
    return hooks.delivery(key);
  }

  private static Duration pause(JsonNode delivery) {
    return Duration.between(
        Instant.parse(delivery.path("last_attempt_at").asText()),
        Instant.parse(delivery.path("next_attempt_at").asText()));
  }
}
