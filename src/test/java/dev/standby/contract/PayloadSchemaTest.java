package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.support.Api;
import dev.standby.support.OneNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads that must satisfy a schema (contract, section "More for a wait"). */
@Timeout(60)
class PayloadSchemaTest {
  @RegisterExtension static final OneNode NODE = new OneNode();

  private static final AtomicInteger keys = new AtomicInteger();
  private static final String APPROVAL =
      "{\"type\":\"object\",\"required\":[\"approved\"],\"properties\":"
          + "{\"approved\":{\"type\":\"boolean\"},\"amount\":{\"maximum\":100}}}";

  private final Api api = NODE.api();
  private final String key = "schema" + keys.incrementAndGet();

  @Test
  void shouldTakeAPayloadThatSatisfiesTheSchema() {
    assertThat(register(key, APPROVAL).text()).contains("\"payload_schema\":" + APPROVAL);

    Api.Answer sent = send("{\"approved\":true,\"amount\":99.5}");

    assertThat(sent.status()).isEqualTo(200);
    assertThat(sent.field("status")).isEqualTo("received");
    assertThat(send("{\"approved\":true,\"amount\":99.50}").status()).isEqualTo(200);
  }

  @Test
  void shouldNameEachFaultAndGoOnWaiting() {
    register(key, APPROVAL);

    Api.Answer refused = send("{\"approved\":\"yes\",\"amount\":101}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.field("code")).isEqualTo("validation_failed");
    assertThat(refused.field("detail")).contains(key);
    assertThat(pointers(refused)).containsExactlyInAnyOrder("/approved", "/amount");
    refused.json().get("errors").forEach(e -> assertThat(e.get("message").asText()).isNotEmpty());
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("waiting");
    assertThat(send("{\"approved\":true}").status()).isEqualTo(200);
  }

  @Test
  void shouldRefuseAnAbsentPayloadWhenThereIsASchema() {
    register(key, APPROVAL);

    assertThat(api.post(Api.path(key) + "/send", "{}").status()).isEqualTo(422);
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldResolveAllOfAPrefixOrNone() {
    register(key + "/1", APPROVAL);
    register(key + "/2", "{\"type\":\"object\"}");
    api.register(key + "/3");

    Api.Answer refused = prefix("{\"other\":1}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.field("detail")).contains(key + "/1");
    assertThat(api.get(Api.path(key + "/3")).field("status")).isEqualTo("waiting");

    assertThat(prefix("{\"approved\":false}").json().get("resolved").asInt()).isEqualTo(3);
  }

  @Test
  void shouldCheckAPrefixOfThousandsWithASchemaEach() {
    for (int batch = 0; batch < 2; batch++) {
      StringBuilder items = new StringBuilder();
      for (int i = 0; i < 1000; i++) {
        items.append(i == 0 ? "" : ",");
        items.append(
            "{\"event_key\":\"%s/%d\",\"payload_schema\":{\"minimum\":%d}}"
                .formatted(key, 1000 * batch + i, -1000 * batch - i));
      }
      api.post("/v1/batch/register", "{\"items\":[" + items + "]}");
    }

    assertThat(prefix("-1").field("detail")).contains(key + "/0'");
    assertThat(prefix("0").json().get("resolved").asInt()).isEqualTo(2000);
  }

  @Test
  void shouldRefuseWhatWouldBeSentOnToAWaitThatItDoesNotSuit() {
    api.post("/v1/events", "{\"event_key\":\"%1$s\",\"emit_key\":\"%1$s/next\"}".formatted(key));
    register(key + "/next", APPROVAL);

    Api.Answer refused = send("{\"approved\":1}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.field("detail")).contains(key + "/next");
    assertThat(pointers(refused)).containsExactly("/approved");
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("waiting");
    assertThat(send("{\"approved\":true}").status()).isEqualTo(200);
    assertThat(api.get(Api.path(key + "/next")).field("status")).isEqualTo("received");
  }

  @Test
  void shouldNotGiveAHeldEventToAWaitThatItDoesNotSuit() {
    api.post(Api.path(key) + "/send", "{\"payload\":{\"approved\":1},\"hold_secs\":60}");

    Api.Answer refused = register(key, APPROVAL);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(pointers(refused)).containsExactly("/approved");
    assertThat(api.get(Api.path(key)).status()).isEqualTo(404);
    assertThat(register(key, "{\"type\":\"object\"}").field("status")).isEqualTo("received");
  }

  @Test
  void shouldRefuseAPayloadThatComesByACallbackLink() {
    String url =
        api.post(
                "/v1/events",
                "{\"event_key\":\"%s\",\"callback\":true,\"payload_schema\":%s}"
                    .formatted(key, APPROVAL))
            .field("callback_url");
    String path = url.substring(url.indexOf("/v1/"));

    assertThat(api.post(path, "{\"approved\":1}").status()).isEqualTo(422);
    assertThat(api.post(path, "{\"approved\":true}").status()).isEqualTo(200);
  }

  @Test
  void shouldCancelAndTimeOutWhateverTheSchema() {
    register(key, APPROVAL);
    assertThat(api.delete(Api.path(key)).field("status")).isEqualTo("canceled");
    api.post(
        "/v1/events",
        "{\"event_key\":\"%s\",\"timeout_secs\":1,\"payload_schema\":false}".formatted(key));

    Api.Answer over = api.send(api.request(Api.path(key)).header("Prefer", "wait=30").build());

    assertThat(over.field("status")).isEqualTo("timed_out");
    assertThat(send("1").status()).isEqualTo(409);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "null",
        "\"object\"",
        "{\"type\":\"objekt\"}",
        "{\"minimum\":\"1\"}",
        "{\"$ref\":\"https://example.org/schema\"}",
        "{\"$ref\":\"file:///etc/passwd\"}",
        "{\"$ref\":\"#/$defs/none\"}",
        "{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}",
        "{\"pattern\":\"(\"}",
        "{\"pattern\":\"(a)\\\\1\"}"
      })
  void shouldRefuseABadSchemaWhenItIsRegistered(String schema) {
    Api.Answer refused = register(key, schema);

    assertThat(refused.status()).as(schema).isEqualTo(400);
    assertThat(refused.field("detail")).contains("payload_schema");
    assertThat(api.get(Api.path(key)).status()).isEqualTo(404);
  }

  @Test
  void shouldReceiveOneOfManyPayloadsThatRace() {
    register(key, "{\"multipleOf\":2}");
    List<CompletableFuture<Api.Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(api.postAsync(Api.path(key) + "/send", "{\"payload\":" + i + "}"));
    }

    List<Integer> statuses = answers.stream().map(answer -> answer.join().status()).toList();

    assertThat(statuses).containsOnlyOnce(200).allMatch(s -> s == 200 || s == 409 || s == 422);
    assertThat(api.get(Api.path(key)).json().get("response_payload").asInt()).isEven();
  }

  private static List<String> pointers(Api.Answer refused) {
    List<String> pointers = new ArrayList<>();
    for (JsonNode fault : refused.json().get("errors")) {
      pointers.add(fault.get("pointer").asText());
    }
    return pointers;
  }

  private Api.Answer register(String key, String schema) {
    return api.post(
        "/v1/events", "{\"event_key\":\"%s\",\"payload_schema\":%s}".formatted(key, schema));
  }

  private Api.Answer send(String payload) {
    return api.post(Api.path(key) + "/send", "{\"payload\":" + payload + "}");
  }

  private Api.Answer prefix(String payload) {
    return api.post("/v1/events/prefix/" + key + "%2F/send", "{\"payload\":" + payload + "}");
  }
}
