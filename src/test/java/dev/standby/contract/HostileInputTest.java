package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import java.nio.charset.StandardCharsets;
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

  /** Bodies, each character a byte. */
  static Stream<String> bodies() {
    return Stream.of(
            Stream.of(
                "nope", "{", "{\"payload\":", "{\"payload\":1", "{\"payload\":1}}",
                "{\"payload\":1} x", "{\"payload\":1}{}", "{\"payload\":1},", "[]", "[1]", "1",
                "null", "true", "\"x\"", "   ", "\0", "{payload:1}", "{'payload':1}",
                "{\"payload\":1,}", "{,}", "{\"payload\"}", "{\"payload\":,}", "{1:1}",
                "{\"payload\":01}", "{\"payload\":+1}", "{\"payload\":.5}", "{\"payload\":1.}",
                "{\"payload\":1e}", "{\"payload\":0x1}", "{\"payload\":--1}", "{\"payload\":-}",
                "{\"payload\":NaN}", "{\"payload\":Infinity}", "{\"payload\":-Infinity}",
                "{\"payload\":/**/1}", "{\"payload\":1}//", "#{}", "{\"payload\":nul}",
                "{\"payload\":True}", "{\"payload\":[1,]}", "{\"payload\":[1 2]}",
                "{\"payload\":[}", "{\"payload\":{]}", "{\"payload\":\"open}", "<payload/>",
                "payload=1"),
            // Strings
            Stream.of("\n", "\t", "\0", "\\x", "\\u12G4", "\\u12", "\\", "\\u0000", "a\\u0000b")
                .map(HostileInputTest::quoted),
            Stream.of("\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud800a", "\\ud800\\n",
                    "\\ud800\\u0041", "\\uD83D\\uD83D\\uDE00", "\\ud83d\\\\ude00")
                .map(HostileInputTest::quoted),
            Stream.of("{\"payload\":{\"\\u0000\":1}}", "{\"payload\":[{\"a\\ud800\":[]}]}"),
            // Encodings
            Stream.of("\u00ff", "\u00c3", "\u00c0\u00af", "\u00c0\u0080", "\u00ed\u00a0\u0080",
                    "\u00f4\u0090\u0080\u0080", "\u00f8\u0088\u0080\u0080\u0080", "\u0080")
                .map(HostileInputTest::quoted),
            Stream.of(
                "\u00ef\u00bb\u00bf{\"payload\":1}",
                latin1("{\"payload\":1}".getBytes(StandardCharsets.UTF_16LE)),
                latin1("{\"payload\":1}".getBytes(StandardCharsets.UTF_16BE)),
                latin1("{\"payload\":1}".getBytes(StandardCharsets.UTF_16)),
                "{\"payload\":\u00a01}"),
            // Names
            Stream.of(
                "{\"payload\":1,\"payload\":1}", "{\"payload\":1,\"pay\\u006coad\":2}",
                "{\"\":1}", "{\"Payload\":1}", "{\"payload \":1}", "{\"__proto__\":1}",
                "{\"" + "n".repeat(100_000) + "\":1}", "{\"\\u0000\":1}", "{\"\\ud800\":1}"),
            // Depth
            Stream.of(501, 999, 1000, 1001, 100_000)
                .flatMap(n -> Stream.of(nested("[", "]", n), nested("{\"a\":", "}", n))),
            Stream.of("{\"payload\":" + "[".repeat(100_000), "[".repeat(100_000),
                "{\"a\":".repeat(100_000)),
            // Numbers
            Stream.of("1e131072", "1e131073", "-1e131073", "1e-20000", "1e-16384",
                    "1e999999999999", "-1e999999999999", "1e-999999999999", "1e2147483647",
                    "1e-2147483648", "1e99999999999999999999999", "9".repeat(131_073),
                    "9".repeat(200_000), "0." + "0".repeat(16_383) + "1", "1." + "0".repeat(20_000),
                    "[1,{\"a\":1e131072}]")
                .map(number -> "{\"payload\":" + number + "}"))
        .flatMap(bodies -> bodies);
  }

  @ParameterizedTest
  @MethodSource("bodies")
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
        "%", "%2", "%zz", "%G0", "a%", "%%", "%25%", "%u0041", "%-1", "%+1", "%E9", "%FF", "%C0%AF",
        "%E0%80", "%ED%A0%80", "%F4%90%80%80", "%00", "%0A", "%7F", "\u00e9", "\u00ff\u00fe"
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
  @ValueSource(strings = {"x=1", "project_id=default&x=1", "payload=1", "project_id=a&project_id=a",
      "=", "%70roject_id=a&project_id=a", "project_id"})
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
        "Content-Type: text/plain", "Content-Type: application/xml", "Content-Type: json", "X: y",
        "Content-Type: application/x-www-form-urlencoded", "Content-Type:",
        "Content-Type: multipart/form-data; boundary=x", "Content-Type: application/jsonx",
        "Content-Type: application/json; charset=utf-16", "Content-Type: text/json",
        "Content-Type: application/json;charset=ISO-8859-1", "Content-Type: */*"
      })
  void shouldRefuseTheContentType(String header) {
    for (String path : List.of("/v1/events/target/send", "/v1/events/prefix/t/send", "/v1/events")) {
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
  @ValueSource(strings = {"PUT", "PATCH", "OPTIONS", "TRACE", "FOO", "get", "POST", "PROPFIND"})
  void shouldRefuseTheMethod(String method) {
    RawHttp.Answer answer = raw.line(method + " /v1/events/target HTTP/1.1");

    assertThat(answer.status()).as(answer.text()).isEqualTo(405);
    assertThat(answer.text()).containsIgnoringCase("allow: GET, DELETE\r\n");
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

  private static String quoted(String content) {
    return "{\"payload\":\"" + content + "\"}";
  }

  private static String nested(String open, String close, int depth) {
    return "{\"payload\":" + open.repeat(depth) + "1" + close.repeat(depth) + "}";
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
