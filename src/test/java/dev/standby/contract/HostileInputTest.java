package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no request is the 4xx that the contract names, changes nothing, and is never a 5xx. */
@Timeout(60)
class HostileInputTest {
  private static final String JSON = "Content-Type: application/json";

  private static Database database;
  private static Standby node;
  private static Api api;
  private static RawHttp raw;
  private String before;

  @BeforeAll
  static void start() {
    database = Database.create();
    node = Nodes.alone(database.url());
    api = new Api(node.url());
    raw = new RawHttp(node.url());
    api.register("target");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void remember() {
    before = database.state();
  }

  @AfterEach
  void shouldHaveChangedNothing() {
    assertThat(database.state()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("dev.standby.contract.HostileBodies#all")
  void shouldRefuseTheBody(String body) {
    String registration =
        body.replaceFirst("^\\{(?=.)", "{\"event_key\":\"never\",")
            .replace("\"payload\":", "\"request_payload\":");
    for (RawHttp.Answer answer :
        List.of(
            post("/v1/events", registration),
            post("/v1/events", body),
            post("/v1/events/target/send", body),
            post("/v1/events/prefix/target/send", body),
            post("/v1/events/purge", body))) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(answer.isProblem("bad_request")).as(answer.text()).isTrue();
    }
  }

  static Stream<String> keys() {
    Stream<String> controls =
        IntStream.concat(IntStream.range(0, 0x20), IntStream.of(0x7f))
            .mapToObj(c -> "a" + (char) c + "b");
    return Stream.concat(controls, Stream.of("", "k".repeat(513), "😀".repeat(513), "\n", "\0"));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldRefuseTheKey(String key) {
    assertRefused(api.register(key));
    if (!key.isEmpty()) {
      assertRefused(api.get(Api.path(key)));
      assertRefused(api.delete(Api.path(key)));
      assertRefused(api.get(Api.path(key) + "/stream"));
      assertRefused(api.post(Api.path(key) + "/send", "{}"));
      assertRefused(api.post("/v1/events/prefix/" + Api.encode(key) + "/send", "{}"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stats", ".", "..", "\\ud800", "\\udc00x", "\\ud83d\\ud83d"})
  void shouldRefuseToRegisterTheKey(String key) {
    assertRefused(api.post("/v1/events", "{\"event_key\":\"" + key + "\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "%2",
        "%zz",
        "%G0",
        "a%",
        "%%",
        "%25%",
        "%u0041",
        "%-1",
        "%+1",
        "%E9",
        "%FF",
        "%C0%AF",
        "%E0%80",
        "%ED%A0%80",
        "%F4%90%80%80",
        "%00",
        "%0A",
        "%7F",
        "\u00e9",
        "\u00ff\u00fe"
      })
  void shouldRefuseTheEscape(String segment) {
    for (String line :
        List.of(
            "GET /v1/events/" + segment,
            "DELETE /v1/events/" + segment,
            "GET /v1/events/" + segment + "/stream",
            "POST /v1/events/" + segment + "/send",
            "POST /v1/events/prefix/" + segment + "/send",
            "GET /v1/events/target?project_id=" + segment,
            "GET /v1/events/target?" + segment + "=1",
            "GET /v1/events?project_id=default&workflow_run_id=" + segment)) {
      RawHttp.Answer answer = raw.line(line + " HTTP/1.1");

      assertThat(answer.isProblem("bad_request")).as(line + ": " + answer.text()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x=1",
        "project_id=default&x=1",
        "payload=1",
        "project_id=a&project_id=a",
        "=",
        "%70roject_id=a&project_id=a",
        "project_id"
      })
  void shouldRefuseTheQuery(String query) {
    assertRefused(api.get("/v1/events/target?" + query));
    assertRefused(api.delete("/v1/events/target?" + query));
    assertRefused(api.get("/v1/events/target/stream?" + query));
    assertRefused(api.post("/v1/events/target/send?" + query, "{}"));
    assertRefused(api.get("/v1/events/stats?" + query));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/plain",
        "Content-Type: application/xml",
        "Content-Type: json",
        "X: y",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type:",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Type: application/jsonx",
        "Content-Type: application/json; charset=utf-16",
        "Content-Type: text/json",
        "Content-Type: application/json;charset=ISO-8859-1",
        "Content-Type: */*"
      })
  void shouldRefuseTheContentType(String header) {
    for (String path :
        List.of("/v1/events/target/send", "/v1/events/prefix/t/send", "/v1/events")) {
      RawHttp.Answer answer = raw.post(path, RawHttp.bytes("{\"payload\":1}"), header);

      assertThat(answer.status()).as(answer.text()).isEqualTo(415);
      assertThat(answer.isProblem("unsupported_media_type")).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "deflate", "identity, gzip", "aes"})
  void shouldRefuseTheEncoding(String encoding) {
    RawHttp.Answer answer =
        raw.post(
            "/v1/events/target/send", RawHttp.bytes("{}"), JSON, "Content-Encoding: " + encoding);

    assertThat(answer.status()).as(answer.text()).isEqualTo(415);
    assertThat(answer.isProblem("unsupported_media_type")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "OPTIONS", "TRACE", "FOO", "get", "POST", "PROPFIND"})
  void shouldRefuseTheMethod(String method) {
    RawHttp.Answer answer = raw.line(method + " /v1/events/target HTTP/1.1");

    assertThat(answer.status()).as(answer.text()).isEqualTo(405);
    assertThat(answer.text()).containsIgnoringCase("allow: GET, DELETE, PATCH\r\n");
    assertThat(answer.isProblem("method_not_allowed")).isTrue();
  }

  @Test
  void shouldRefuseABodyThatIsTooLong() {
    String body = "{\"payload\":\"" + "x".repeat(1024 * 1024) + "\"}";

    Api.Answer answer = api.post("/v1/events/target/send", body);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.field("code")).isEqualTo("payload_too_large");
  }

  private static RawHttp.Answer post(String path, String body) {
    return raw.post(path, RawHttp.bytes(body), JSON);
  }

  private static void assertRefused(Api.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.field("code")).isEqualTo("bad_request");
  }
}
