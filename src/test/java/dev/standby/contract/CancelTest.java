package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Canceling a wait: once, while it waits, and never after. */
@Timeout(60)
class CancelTest {
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
  void shouldReturnTheCanceledTriggerWhenItWaits() {
    String id = api.register("waiting").field("id");

    Api.Answer answer = api.delete("/v1/events/waiting");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("id")).isEqualTo(id);
    assertThat(answer.field("status")).isEqualTo("canceled");
    assertThat(api.get("/v1/events/waiting").text()).isEqualTo(answer.text());
  }

  @Test
  void shouldRefuseWhenItIsCanceledAlready() {
    api.register("twice");
    String canceled = api.delete("/v1/events/twice").text();

    Api.Answer answer = api.delete("/v1/events/twice");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text()).contains("\"trigger\":" + canceled);
  }

  @Test
  void shouldRefuseWhenItIsReceived() {
    api.register("received");
    String received = api.post("/v1/events/received/send", "{\"payload\":1}").text();

    Api.Answer answer = api.delete("/v1/events/received");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text()).contains("\"trigger\":" + received);
    assertThat(api.get("/v1/events/received").text()).isEqualTo(received);
  }

  @Test
  void shouldRefuseWhenTheDeadlineHasPassed() {
    api.register("overdue");
    database.execute(
        "UPDATE event_trigger SET expires_at = now() - interval '1 s' WHERE event_key = 'overdue'");

    Api.Answer answer = api.delete("/v1/events/overdue");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().at("/trigger/status").asText()).isEqualTo("timed_out");
  }

  @Test
  void shouldNotKnowAKeyThatWasNeverRegistered() {
    assertThat(api.delete("/v1/events/unknown").status()).isEqualTo(404);
    assertThat(api.delete("/v1/events/stats").status()).isEqualTo(404);
  }

  @Test
  void shouldFreeTheKey() {
    api.register("free");
    api.delete("/v1/events/free");

    assertThat(api.register("free").status()).isEqualTo(201);
    assertThat(api.post("/v1/events/free/send", "{}").status()).isEqualTo(200);
  }
}
