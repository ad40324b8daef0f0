package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key that the contract allows can be used everywhere. */
@Timeout(60)
class LegalKeysTest {
  private static Standby node;
  private static Api api;
  private static RawHttp raw;

  @BeforeAll
  static void start() {
    node = Nodes.alone(TestPostgres.newDatabase());
    api = new Api(node.url());
    raw = new RawHttp(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  static Stream<String> keys() {
    return Stream.of(
        "a",
        "/",
        "//",
        "a/b?c#d",
        "/leading/and/trailing/",
        "100%",
        "%41",
        "%2F",
        "%",
        "a%zz",
        "?",
        "#",
        "a&b=c",
        ";",
        ":",
        "_",
        "\\",
        "+",
        "a+b c",
        " ",
        " padded ",
        "\"quoted\"",
        "'single'",
        "`~!@$^*()[]{}|<>",
        "...",
        "a/../b",
        "../a",
        "./a",
        "..\\",
        "stats/",
        "Stats",
        "stats ",
        "prefix",
        "prefix/x/send",
        "purge",
        "send",
        "stream",
        "null",
        "0",
        "true",
        "é",
        "e\u0301",
        "日本語/キー",
        "😀",
        "👩‍👩‍👧‍👦",
        "\u05d0\u05d1\u202e\u2067",
        "\u0085\u009f\u2028\u2029",
        "\u00a0\u3000\ufeff",
        "\ufffd",
        "\uffff\ufdd0",
        "\ud7ff\ue000",
        new String(Character.toChars(0x10FFFF)),
        "k".repeat(512),
        "/".repeat(512),
        "%".repeat(512),
        "😀".repeat(512),
        "'; DROP TABLE event_trigger; --",
        "$1 {t}");
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldBeOfUseEverywhere(String key) {
    registerReadSendAndStream(key);
    registerAndCancelInAProjectOfTheGreatestLength(key);
    resolveByAPrefixThatIsTheWholeKey(key);
  }

  private static void registerReadSendAndStream(String key) {
    String waiting = api.register(key).text();
    assertThat(Api.json(waiting).path("event_key").asText()).as(waiting).isEqualTo(key);
    assertThat(api.get(Api.path(key)).text()).isEqualTo(waiting);

    try (SseReader stream = SseReader.open(api, key)) {
      assertThat(stream.next().data()).isEqualTo(waiting);
      Api.Answer received = api.post(Api.path(key) + "/send", "{\"payload\":1}");
      assertThat(received.status()).isEqualTo(200);
      assertThat(stream.next().data()).isEqualTo(received.text());
    }
  }

  private static void registerAndCancelInAProjectOfTheGreatestLength(String key) {
    String project = "😀".repeat(255);
    Api.Answer registered =
        api.post(
            "/v1/events",
            "{\"event_key\":%s,\"project_id\":\"%s\"}".formatted(Api.quoted(key), project));
    assertThat(registered.status()).as(registered.text()).isEqualTo(201);
    assertThat(api.get(registered.header("Location")).text()).isEqualTo(registered.text());

    Api.Answer canceled = api.delete(Api.path(key) + "?project_id=" + Api.encode(project));

    assertThat(canceled.status()).isEqualTo(200);
    assertThat(canceled.field("event_key")).isEqualTo(key);
  }

  private static void resolveByAPrefixThatIsTheWholeKey(String key) {
    api.post("/v1/events?project_id=prefixed", "{\"event_key\":%s}".formatted(Api.quoted(key)));

    Api.Answer answer =
        api.post("/v1/events/prefix/" + Api.encode(key) + "/send?project_id=prefixed", "{}");

    assertThat(answer.json().at("/triggers/0/event_key").asText()).as(answer.text()).isEqualTo(key);
    assertThat(answer.json().path("resolved").asInt()).isEqualTo(1);
  }

  /** RFC 3986 wants them escaped, and some clients don't. */
  @ParameterizedTest
  @MethodSource("unescaped")
  void shouldUnderstandKeysThatAreNotEscaped(String key) {
    api.register(key);
    byte[] request =
        ("GET /v1/events/" + key + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);

    RawHttp.Answer answer = raw.send(request);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text()).contains("\"event_key\":" + Api.quoted(key));
  }

  static Stream<String> unescaped() {
    return Stream.of("unescaped:é", "unescaped:日本😀", "unescaped|{}\"<>^`", "unescaped+plus");
  }
}
