package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors are problem documents, and every answer has a request id. */
@Timeout(60)
class ErrorsTest {
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node = Nodes.alone(TestPostgres.newDatabase());
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/events, 400, bad_request, Bad Request",
    "GET, /v1/events/nobody, 404, not_found, Not Found",
    "GET, /nowhere, 404, not_found, Not Found",
    "PUT, /v1/events, 405, method_not_allowed, Method Not Allowed",
  })
  void shouldDescribeWhatIsWrong(
      String method, String path, int status, String code, String title) {
    Api.Answer answer = api.send(api.request(path).method(method, BodyPublishers.noBody()).build());

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().fieldNames())
        .toIterable()
        .hasSameElementsAs(Set.of("type", "title", "status", "detail", "code", "request_id"));
    assertThat(answer.field("type")).isEqualTo("about:blank");
    assertThat(answer.field("title")).isEqualTo(title);
    assertThat(answer.json().get("status").asInt()).isEqualTo(status);
    assertThat(answer.field("code")).isEqualTo(code);
    assertThat(answer.field("request_id")).isEqualTo(answer.header("X-Request-Id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "!~", "req-5c7b4a51", "\"quoted\"", "<script>"})
  void shouldKeepTheRequestIdThatTheClientSends(String id) {
    Api.Answer failed = api.send(api.request("/v1/events/none").header("X-Request-Id", id).build());
    Api.Answer served =
        api.send(api.request("/v1/events/stats").header("X-Request-Id", id).build());

    assertThat(failed.header("X-Request-Id")).isEqualTo(id);
    assertThat(failed.field("request_id")).isEqualTo(id);
    assertThat(served.header("X-Request-Id")).isEqualTo(id);
  }

  @Test
  void shouldKeepARequestIdOf128CharactersAndReplaceALongerOne() {
    String longest = "i".repeat(128);

    assertThat(requestId(longest)).isEqualTo(longest);
    assertThat(requestId(longest + "i")).isNotEqualTo(longest + "i").matches("[!-~]{1,128}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "tab\there", "\u00e9"})
  void shouldReplaceARequestIdThatCannotStandInALog(String id) {
    RawHttp.Answer answer =
        new RawHttp(node.url())
            .send(
                RawHttp.bytes(
                    "GET /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Request-Id: "
                        + id
                        + "\r\n\r\n"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text().toLowerCase(Locale.ROOT))
        .containsPattern("x-request-id: [!-~]{1,128}\r\n");
    assertThat(answer.text()).doesNotContain("x-request-id: " + id + "\r\n");
  }

  @Test
  void shouldGiveEveryRequestAnIdOfItsOwn() {
    assertThat(api.get("/health/live").header("X-Request-Id"))
        .isNotEqualTo(api.get("/health/live").header("X-Request-Id"));
  }

  @Test
  void shouldAnswerErrorsAsProblemsWhateverIsAccepted() {
    Api.Answer answer =
        api.send(api.request("/v1/events/stats").header("Accept", "text/html").build());

    assertThat(answer.status()).isEqualTo(406);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "application/*",
        "application/json",
        "APPLICATION/JSON",
        "text/html, */*;q=0.1",
        "application/json;q=0.001",
        "text/html,application/json;charset=utf-8"
      })
  void shouldAnswerWhenJsonIsAccepted(String accept) {
    assertThat(api.send(api.request("/v1/events/stats").header("Accept", accept).build()).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/*",
        "application/xml",
        "application/json;q=0",
        "*/*;q=0",
        "application/json;q=0, */*",
        "application/json;q=none",
        "x",
        "text/event-stream"
      })
  void shouldRefuseWhenJsonIsNotAccepted(String accept) {
    assertThat(api.send(api.request("/v1/events/stats").header("Accept", accept).build()).status())
        .isEqualTo(406);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/events|GET, POST",
        "/v1/events/k|GET, DELETE, PATCH",
        "/v1/events/k/send|POST",
        "/v1/events/k/stream|GET",
        "/v1/events/prefix/p/send|POST",
        "/health/ready|GET"
      })
  void shouldNameTheMethodsThatAPathHas(String path, String allow) {
    Api.Answer answer = api.send(api.request(path).method("PUT", BodyPublishers.noBody()).build());

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo(allow);
  }

  @Test
  void shouldNotKnowPathsThatAreNone() {
    for (String path :
        new String[] {
          "/v1",
          "/v1/",
          "/v1/events/",
          "/v1/events//send",
          "/v1/events/a/b",
          "/V1/events",
          "/v1/events/a/send/",
          "/v1/events/prefix//send",
          "//v1/events",
          "/health",
          "/docs/nothing"
        }) {
      Api.Answer answer = api.get(path);

      assertThat(answer.status()).as(path).isEqualTo(404);
      assertThat(answer.field("code")).as(path).isEqualTo("not_found");
    }
  }

  private static String requestId(String sent) {
    return api.send(api.request("/health/live").header("X-Request-Id", sent).build())
        .header("X-Request-Id");
  }
}
