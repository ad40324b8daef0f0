package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sending an event to a key: what is taken, and what counts as the same event sent again. */
@Timeout(60)
class SendTest {
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
  void shouldReceiveWithoutAPayloadWhenTheBodyHasNone() {
    for (String body : new String[] {"{}", " { } ", ""}) {
      String key = "none" + body.length();
      api.register(key);

      Api.Answer answer = api.post(Api.path(key) + "/send", body);

      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.field("status")).isEqualTo("received");
      assertThat(answer.json().has("response_payload")).isFalse();
    }
  }

  @Test
  void shouldReceiveWithoutAPayloadWhenThereIsNoBodyAndNoContentType() {
    api.register("bodiless");

    Api.Answer answer =
        api.send(api.request("/v1/events/bodiless/send").POST(BodyPublishers.noBody()).build());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().has("response_payload")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "0",
        "-0",
        "-0.0",
        "1E5",
        "1.50",
        "\"\"",
        "\"x\"",
        "[]",
        "{}",
        "[[],{}]",
        "123456789012345678901234567890.5",
        "{\"\":null}",
        "\"\\u2028<>&'/\\/\""
      })
  void shouldKeepAnyJsonAsItWasSent(String payload) {
    String key = "any " + payload;
    api.register(key);

    Api.Answer answer = api.post(Api.path(key) + "/send", "{\"payload\":" + payload + "}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).contains("\"response_payload\":" + payload + ",");
    assertThat(api.get(Api.path(key)).text()).isEqualTo(answer.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"payload\":{\"a\":1,\"b\":2}}|{\"payload\":{\"b\":2,\"a\":1}}",
        "{\"payload\":[1,{\"a\":[]}]}|{ \"payload\" : [ 1 , { \"a\" : [ ] } ] }",
        "{\"payload\":1}|{\"payload\":1.0}",
        "{\"payload\":{\"n\":[100]}}|{\"payload\":{\"n\":[1e2]}}",
        "{\"payload\":0}|{\"payload\":-0.00}",
        "{\"payload\":\"é/\"}|{\"payload\":\"\\u00e9\\/\"}",
        "{\"payload\":1e1000}|{\"payload\":10E999}",
        "{\"payload\":null}|{\"payload\":null}",
        "{}|{}",
      })
  void shouldTakeAnEqualPayloadForTheSameEvent(String first, String again) {
    String key = "equal " + first;
    api.register(key);
    String received = api.post(Api.path(key) + "/send", first).text();

    Api.Answer answer = api.post(Api.path(key) + "/send", again);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(received);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"payload\":9007199254740993}|{\"payload\":9007199254740992}",
        "{\"payload\":[9007199254740993]}|{\"payload\":[9007199254740993.0000000000000000001]}",
        "{\"payload\":0.1}|{\"payload\":0.10000000000000000001}",
        "{}|{\"payload\":null}",
        "{\"payload\":null}|{}",
        "{\"payload\":null}|{\"payload\":false}",
        "{\"payload\":1}|{\"payload\":\"1\"}",
        "{\"payload\":[1,2]}|{\"payload\":[2,1]}",
        "{\"payload\":{}}|{\"payload\":[]}",
        "{\"payload\":{\"a\":null}}|{\"payload\":{}}",
        "{\"payload\":\"a\"}|{\"payload\":\"A\"}",
        "{\"payload\":\"\\u00e9\"}|{\"payload\":\"e\\u0301\"}",
      })
  void shouldRefuseAnotherPayloadWhenItIsReceived(String first, String other) {
    String key = "other " + first + other;
    api.register(key);
    String received = api.post(Api.path(key) + "/send", first).text();

    Api.Answer answer = api.post(Api.path(key) + "/send", other);

    assertThat(answer.status()).as(answer.text()).isEqualTo(409);
    assertThat(answer.field("code")).isEqualTo("conflict");
    assertThat(answer.text()).contains("\"trigger\":" + received);
    assertThat(api.get(Api.path(key)).text()).isEqualTo(received);
  }

  @Test
  void shouldRefuseWhenItIsCanceled() {
    api.register("canceled");
    api.delete("/v1/events/canceled");

    Api.Answer answer = api.post("/v1/events/canceled/send", "{}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().at("/trigger/status").asText()).isEqualTo("canceled");
  }

  @Test
  void shouldRefuseAndTimeItOutWhenTheDeadlineHasPassed() {
    api.register("overdue");
    database.execute(
        "UPDATE event_trigger SET expires_at = now() - interval '1 s' WHERE event_key = 'overdue'");

    Api.Answer answer = api.post("/v1/events/overdue/send", "{}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().at("/trigger/status").asText()).isEqualTo("timed_out");
    assertThat(api.get("/v1/events/overdue").field("status")).isEqualTo("timed_out");
  }

  @Test
  void shouldNotKnowAKeyThatWasNeverRegistered() {
    Api.Answer answer = api.post("/v1/events/unknown/send", "{\"payload\":1}");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.field("code")).isEqualTo("not_found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"pay_load\":1}",
        "{\"payload\":1,\"event_key\":\"strict\"}",
        "{\"payload\":1,\"hold_secs\":0}",
        "{\"project_id\":1}",
        "{\"project_id\":null}"
      })
  void shouldNameTheFieldWhenItIsUnknownOrWrong(String body) {
    api.register("strict");

    Api.Answer answer = api.post("/v1/events/strict/send", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.field("detail"))
        .containsPattern("'(pay_load|event_key|hold_secs|project_id)'");
    assertThat(api.get("/v1/events/strict").field("status")).isEqualTo("waiting");
  }
}
