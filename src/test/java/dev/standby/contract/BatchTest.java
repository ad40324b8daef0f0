package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Up to a thousand registrations or sends in one request, each with an answer of its own. */
@Timeout(60)
class BatchTest {
  private static final String DATABASE = TestPostgres.newDatabase();
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node = Nodes.start(DATABASE, Map.of("STANDBY_AUTH", "keys"));
    api = new Api(node.url()).with(Keys.all(node, "shop"));
  }

  @AfterAll
  static void stop() {
    new Ledger(DATABASE).assertBalanced();
    node.close();
  }

  @Test
  void shouldAnswerForEachItemInTheirOrder() {
    api.register("mixed/taken");

    Api.Answer registered =
        api.post(
            "/v1/batch/register",
            """
            {"items":[
              {"event_key":"mixed/a","request_payload":1},
              {"event_key":"mixed/taken","timeout_secs":7},
              {"event_key":"mixed/taken"},
              {"event_key":"mixed/b","tiemout_secs":7},
              {"event_key":""},
              {"event_key":"mixed/c","project_id":"other"},
              {"event_key":"mixed/d","callback":true}]}
            """);
    Api.Answer sent =
        api.post(
            "/v1/batch/send",
            """
            {"items":[
              {"event_key":"mixed/d","payload":{"n":1.10}},
              {"event_key":"mixed/none"},
              {"event_key":"mixed/early","payload":2,"hold_secs":60},
              {"event_key":"mixed/a","payload":1},
              {"event_key":"mixed/a","payload":1},
              {"event_key":"mixed/a","payload":2}]}
            """);

    assertThat(registered.status()).as(registered.text()).isEqualTo(200);
    assertThat(statuses(registered)).containsExactly(201, 409, 200, 400, 400, 403, 201);
    assertThat(registered.json().at("/results/0/trigger/event_key").asText()).isEqualTo("mixed/a");
    assertThat(registered.json().at("/results/1/problem/trigger/event_key").asText())
        .isEqualTo("mixed/taken");
    assertThat(registered.json().at("/results/3/problem/detail").asText()).contains("tiemout_secs");
    assertThat(registered.json().at("/results/6/trigger/callback_url").asText())
        .startsWith(node.url() + "/v1/callbacks/");
    assertThat(statuses(sent)).containsExactly(200, 404, 202, 200, 200, 409);
    assertThat(sent.json().at("/results/0/trigger/response_payload"))
        .isEqualTo(Api.json("{\"n\":1.10}"));
    assertThat(sent.json().at("/results/0/trigger/sent_by").asText()).startsWith("key:");
    assertThat(sent.json().at("/results/2/held/event_key").asText()).isEqualTo("mixed/early");
  }

  @Test
  void shouldTakeAThousandAndNoMore() {
    Api.Answer registered = api.post("/v1/batch/register", items("many/", 1000, ""));
    Api.Answer sent = api.post("/v1/batch/send", items("many/", 1000, ",\"payload\":1"));

    assertThat(statuses(registered)).hasSize(1000).containsOnly(201);
    assertThat(statuses(sent)).hasSize(1000).containsOnly(200);
    List<String> keys = new ArrayList<>();
    sent.json().path("results").forEach(r -> keys.add(r.at("/trigger/event_key").asText()));
    assertThat(keys).isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "many/" + i).toList());
    assertThat(api.post("/v1/batch/send", items("many/", 1001, "")).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"items\":[]}",
        "{\"items\":{}}",
        "{\"items\":null}",
        "{\"items\":[{}],\"more\":1}",
        "{\"items\":[{]}",
        "[]"
      })
  void shouldRefuseWhatIsNoBatch(String body) {
    assertThat(api.post("/v1/batch/register", body).status()).isEqualTo(400);
    assertThat(api.post("/v1/batch/send", body).status()).isEqualTo(400);
  }

  @Test
  void shouldKeepToWhatTheKeyAllows() {
    Api confined = api.with(Keys.confined(node, "shop", "mine/"));
    Api registers = api.with(Keys.of(node, "shop", Scope.REGISTER));

    assertThat(
            statuses(
                confined.post(
                    "/v1/batch/register",
                    "{\"items\":[{\"event_key\":\"mine/1\"},{\"event_key\":\"yours/1\"}]}")))
        .containsExactly(201, 403);
    assertThat(
            statuses(
                confined.post(
                    "/v1/batch/send",
                    "{\"items\":[{\"event_key\":\"mine/1\"},{\"event_key\":\"many/1\"}]}")))
        .containsExactly(200, 403);
    assertThat(
            statuses(
                registers.post(
                    "/v1/batch/register",
                    "{\"items\":[{\"event_key\":\"r/1\"},{\"event_key\":\"r/2\",\"callback\":true}]}")))
        .containsExactly(201, 403);
    assertThat(registers.post("/v1/batch/send", items("r/", 1, "")).status()).isEqualTo(403);
  }

  private static String items(String prefix, int count, String fields) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"event_key\":\"" + prefix + i + "\"" + fields + "}")
        .collect(Collectors.joining(",", "{\"items\":[", "]}"));
  }

  private static List<Integer> statuses(Api.Answer answer) {
    List<Integer> statuses = new ArrayList<>();
    for (JsonNode result : answer.json().path("results")) {
      statuses.add(result.path("status").asInt());
    }
    return statuses;
  }
}
