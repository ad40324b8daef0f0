package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests with an idempotency key that are refused: which refusals are final, and which not. */
@Timeout(120)
class IdempotencyRefusalTest {
  private static final Database database = Database.create();

  private static Standby node;
  private static Api api;
  private static Waits waits;
  private static Repeats repeats;

  @BeforeAll
  static void start() {
    node = Nodes.alone(database.url());
    api = new Api(node.url());
    waits = new Waits(api);
    repeats = new Repeats(api, database);
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
  void shouldGiveRefusalsThatTheStateDecidedAgain() {
    String unknown = waits.key();
    String received = waits.received();
    String circle = waits.key();
    register(circle + "/0", circle + "/1");
    register(circle + "/1", circle + "/0");

    Api.Answer notFound = repeats.post("k404" + node.url(), Api.path(unknown) + "/send", "{}");
    Api.Answer conflict = repeats.post("k409" + node.url(), Api.path(received) + "/send", "{}");
    Api.Answer unfit = repeats.post("k422" + node.url(), Api.path(circle + "/0") + "/send", "{}");
    api.register(unknown);
    api.register(received);
    api.delete(Api.path(circle + "/1"));

    assertThat(notFound.status()).isEqualTo(404);
    assertThat(conflict.status()).isEqualTo(409);
    assertThat(conflict.json().at("/trigger/status").asText()).isEqualTo("received");
    assertThat(unfit.status()).isEqualTo(422);
    assertThat(api.get(Api.path(circle + "/0")).field("status")).isEqualTo("waiting");
    assertRefusedAgain("k404" + node.url(), unknown, notFound);
    assertRefusedAgain("k409" + node.url(), received, conflict);
    assertRefusedAgain("k422" + node.url(), circle + "/0", unfit);
    assertThat(api.get(Api.path(unknown)).field("status")).isEqualTo("waiting");
  }

  private static void assertRefusedAgain(String once, String key, Api.Answer first) {
    Api.Answer again = repeats.post(once, Api.path(key) + "/send", "{}");
    assertThat(again.status()).isEqualTo(first.status());
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(again.field("detail")).isEqualTo(first.field("detail"));
    assertThat(again.json().get("trigger")).isEqualTo(first.json().get("trigger"));
  }

  @Test
  void shouldCarryOutAnewWhatWasWrongOrTooMuch() {
    String key = waits.key();
    String once = Repeats.newKey();

    assertThat(repeats.post(once, Api.path(key) + "/send", "{\"payload\"").status()).isEqualTo(400);
    for (int i = 0; i < 100; i++) {
      waits.hold(key);
    }
    String body = "{\"payload\":7,\"hold_secs\":60}";
    assertThat(repeats.post(once, Api.path(key) + "/send", body).status()).isEqualTo(429);
    api.register(key);
    Api.Answer room = repeats.post(once, Api.path(key) + "/send", body);

    assertThat(room.status()).isEqualTo(202);
    assertThat(room.header("Idempotency-Replayed")).isNull();
  }

  @Test
  void shouldRefuseASendAtItsDeadlineAndSayTheSameAgain() {
    String key = waits.waiting();
    database.execute(
        "UPDATE event_trigger SET requested_at = requested_at - interval '2 hours', expires_at ="
            + " now() - interval '1 second' WHERE event_key = '"
            + key
            + "'");

    Api.Answer first = repeats.post("late" + node.url(), Api.path(key) + "/send", "{}");
    Api.Answer again = repeats.post("late" + node.url(), Api.path(key) + "/send", "{}");
    Api.Answer anew =
        repeats.post("anew" + node.url(), "/v1/events", "{\"event_key\":\"%s\"}".formatted(key));

    assertThat(first.status()).isEqualTo(409);
    assertThat(first.json().at("/trigger/status").asText()).isEqualTo("timed_out");
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(anew.status()).isEqualTo(201);
  }

  @Test
  void shouldChangeNothingWhenTheAnswerIsTooLongToBeKept() {
    String key = waits.key();
    for (int i = 0; i < 30; i++) {
      api.register(key + "/" + i);
    }
    // Hexadecimal digits of chance are compressed to half of them.
    database.execute(
        "UPDATE event_trigger SET request_payload = to_json((SELECT string_agg(md5(random()::text),"
            + " '') FROM generate_series(1, 40000))) WHERE"
            + " starts_with(event_key, '%s/')".formatted(key));
    String path = "/v1/events/prefix/" + Api.encode(key + "/") + "/send";

    Api.Answer refused = repeats.post(Repeats.newKey(), path, "{}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.field("detail")).contains("too long to be kept");
    assertThat(api.get(Api.path(key + "/29")).field("status")).isEqualTo("waiting");
  }

  private static void register(String key, String emitKey) {
    api.post("/v1/events", "{\"event_key\":\"%s\",\"emit_key\":\"%s\"}".formatted(key, emitKey));
  }
}
