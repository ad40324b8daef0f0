package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registering a wait: what is filled in, what is a retry, and what is in the way. */
@Timeout(60)
class RegisterTest {
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
  void shouldFillInTheDefaultsWhenOnlyTheKeyIsGiven() {
    Api.Answer answer = api.register("defaults");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.field("project_id")).isEqualTo("default");
    assertThat(answer.field("source_type")).isEqualTo("job_run");
    assertThat(answer.field("timeout_secs")).isEqualTo("3600");
  }

  @Test
  void shouldSayWhereTheTriggerIs() {
    Api.Answer answer =
        api.post("/v1/events", "{\"event_key\":\"a/b?c d+%\",\"project_id\":\"x&y\"}");

    assertThat(answer.header("Location"))
        .isEqualTo("/v1/events/a%2Fb%3Fc%20d%2B%25?project_id=x%26y");
    assertThat(api.get(answer.header("Location")).text()).isEqualTo(answer.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"event_key\":\"retry\",\"request_payload\":{\"a\":1,\"b\":[2]},\"timeout_secs\":60}",
        "{\"timeout_secs\":6e1, \"request_payload\":{\"b\":[2.0],\"a\":1.00},\"event_key\":\"retry\"}",
        "{\"event_key\":\"retry\",\"request_payload\":{\"a\":1,\"b\":[2]},\"timeout_secs\":60,"
            + "\"source_type\":\"job_run\",\"project_id\":\"default\"}"
      })
  void shouldFindTheTriggerThatIsThereWhenTheBodyIsTheSame(String sameBody) {
    String first =
        api.post(
                "/v1/events",
                "{\"event_key\":\"retry\",\"request_payload\":{\"a\":1,\"b\":[2]},\"timeout_secs\":60}")
            .text();

    Api.Answer answer = api.post("/v1/events", sameBody);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"timeout_secs\":61",
        "\"source_type\":\"workflow_step\"",
        "\"workflow_run_id\":\"w\"",
        "\"workflow_step_run_id\":\"s\"",
        "\"job_run_id\":\"j\"",
        "\"request_payload\":{}",
        "\"request_payload\":null"
      })
  void shouldNameTheTriggerInTheWayWhenTheBodyIsAnother(String difference) {
    api.register("taken");
    String waiting = api.get("/v1/events/taken").text();

    Api.Answer answer = api.post("/v1/events", "{\"event_key\":\"taken\"," + difference + "}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.field("code")).isEqualTo("conflict");
    assertThat(answer.text()).contains("\"trigger\":" + waiting);
    assertThat(api.get("/v1/events/taken").text()).isEqualTo(waiting);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "event_key|1",
        "event_key|null",
        "event_key|[\"k\"]",
        "event_key|{}",
        "event_key|true",
        "project_id|7",
        "project_id|null",
        "project_id|\"\"",
        "source_type|\"other\"",
        "source_type|null",
        "source_type|0",
        "source_type|\"JOB_RUN\"",
        "workflow_run_id|1",
        "workflow_run_id|null",
        "workflow_run_id|\"\"",
        "workflow_step_run_id|false",
        "workflow_step_run_id|\"a\\u0007\"",
        "job_run_id|[]",
        "job_run_id|\"\\ud800\"",
        "timeout_secs|0",
        "timeout_secs|-1",
        "timeout_secs|31536001",
        "timeout_secs|1.5",
        "timeout_secs|\"60\"",
        "timeout_secs|null",
        "timeout_secs|true",
        "timeout_secs|1e10",
        "timeout_secs|99999999999999999999",
        "timeout|60",
        "Timeout_secs|60",
        "payload|1",
        "status|\"waiting\"",
        "id|\"x\"",
      })
  void shouldNameTheFieldWhenItIsUnknownOrWrong(String field, String value) {
    String before = database.state();
    String key = field.equals("event_key") ? "" : "\"event_key\":\"wrong\",";

    Api.Answer answer = api.post("/v1/events", "{" + key + "\"" + field + "\":" + value + "}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.field("code")).isEqualTo("bad_request");
    assertThat(answer.field("detail")).contains("'" + field + "'");
    assertThat(database.state()).isEqualTo(before);
  }

  @Test
  void shouldRequireAKey() {
    Api.Answer answer = api.post("/v1/events", "{}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.field("detail")).contains("'event_key'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "31536000", "1.0", "3.1536e7"})
  void shouldTakeEveryTimeoutInItsRange(String secs) {
    Api.Answer answer =
        api.post(
            "/v1/events", "{\"event_key\":\"timeout-" + secs + "\",\"timeout_secs\":" + secs + "}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json().get("timeout_secs").isInt()).isTrue();
    // So that none of them changes by itself under another test.
    api.delete(Api.path("timeout-" + secs));
  }

  @Test
  void shouldTakeAnIdOfTheGreatestLengthAndRefuseALongerOne() {
    String longest = "😀".repeat(255);
    String body = "{\"event_key\":\"long-ids\",\"project_id\":\"%1$s\",\"job_run_id\":\"%1$s\"}";

    assertThat(api.post("/v1/events", body.formatted(longest)).status()).isEqualTo(201);
    assertThat(api.post("/v1/events", body.formatted(longest + "x")).status()).isEqualTo(400);
  }

  @Test
  void shouldTellAPayloadOfNullFromNone() {
    Api.Answer answer =
        api.post("/v1/events", "{\"event_key\":\"null-payload\",\"request_payload\":null}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text()).contains("\"request_payload\":null");
    assertThat(api.register("null-payload").status()).isEqualTo(409);
    assertThat(api.get("/v1/events/null-payload").text()).isEqualTo(answer.text());
  }
}
