package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests with an idempotency key (contract, section "Safe to repeat"). */
@Timeout(120)
class IdempotencyTest {
  private static final Database database = Database.create();
  private static final AtomicInteger names = new AtomicInteger();

  private static Standby node;
  private static Api api;

  private final String key = "once" + names.incrementAndGet();

  @BeforeAll
  static void start() {
    node = Nodes.alone(database.url());
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @AfterEach
  void balance() {
    new Ledger(database.url()).assertBalanced();
  }

  @Test
  void shouldGiveTheFirstAnswerAgainWhenARegistrationIsRepeatedAfterItsTriggerHasEnded() {
    Api.Answer first = once("a", "/v1/events", "{\"event_key\":\"%s\"}".formatted(key));
    api.post(Api.path(key) + "/send", "{\"payload\":1}");

    Api.Answer again = once("a", "/v1/events", "{\"event_key\":\"%s\"}".formatted(key));

    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(first.header("Idempotency-Replayed")).isNull();
    assertReplayed(again, first);
  }

  private Api.Answer once(String name, String path, String body) {
    return api.send(
        api.request(path)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key + name)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private static void assertReplayed(Api.Answer again, Api.Answer first) {
    assertThat(again.status()).as(again.text()).isEqualTo(first.status());
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
  }
}
