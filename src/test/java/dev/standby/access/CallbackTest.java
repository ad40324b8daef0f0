package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.EventTriggers;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Keys;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A link by which whoever has it resolves one trigger, once, without an API key. */
@Timeout(60)
class CallbackTest {
  private static final AtomicInteger keys = new AtomicInteger();
  private static Standby node;
  private static Api api;
  private static Api anybody;

  private String key;

  @BeforeAll
  static void start() {
    node =
        Nodes.start(
            TestPostgres.newDatabase(),
            Map.of(
                "STANDBY_AUTH",
                "keys",
                "STANDBY_LIMITS_CALLBACK_REQUESTS_PER_SEC",
                "0",
                "STANDBY_HTTP_MAX_BODY_BYTES",
                "4096"));
    anybody = new Api(node.url());
    api = anybody.with(Keys.all(node, "shop"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json                  | {"paid": true, "n": 1.10}  | {"paid":true,"n":1.10}
          application/cloudevents+json      | [1, null]                  | [1,null]
          application/json; charset=utf-8   | "ä"                        | "ä"
          application/x-www-form-urlencoded | a=1&b=x+y%2F&a=2&c         | {"a":["1","2"],"b":"x y/","c":""}
          application/x-www-form-urlencoded | ä=ł+%C5%82&b=€             | {"ä":"ł ł","b":"€"}
          application/x-www-form-urlencoded | standby.form=1&a=1         | {"a":"1"}
          text/plain                        | it "is" paid               | "it \\"is\\" paid"
          text/xml; charset=utf-8           | <a>ä</a>                   | "<a>ä</a>"
          application/xml                   | <a/>                       | {"content_type":"application/xml","base64":"PGEvPg=="}
          image/png                         | png                        | {"content_type":"image/png","base64":"cG5n"}
          """)
  void shouldTakeWhatTheWorldSends(String contentType, String body, String payload) {
    String link = link();

    Api.Answer answer = post(link, contentType, body.getBytes(StandardCharsets.UTF_8));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json()).isEqualTo(Api.json("{\"status\":\"received\"}"));
    JsonNode trigger = api.get(Api.path(key)).json();
    assertThat(trigger.path("status").asText()).isEqualTo("received");
    assertThat(trigger.path("response_payload")).isEqualTo(Api.json(payload));
    assertThat(trigger.path("sent_by").asText()).isEqualTo("callback");
  }

  @Test
  void shouldTakeTextInTheCharsetThatItNames() {
    post(link(), "text/plain; charset=ISO-8859-1", "ä".getBytes(Charset.forName("ISO-8859-1")));

    assertThat(payload().asText()).isEqualTo("ä");
  }

  @Test
  void shouldTakeBytesWhenTextIsNotInItsCharset() {
    post(link(), "text/plain", new byte[] {(byte) 0xff});

    assertThat(payload())
        .isEqualTo(Api.json("{\"content_type\":\"text/plain\",\"base64\":\"/w==\"}"));
  }

  @Test
  void shouldTakeAFormWithFiles() {
    String body =
        """
        --b
        Content-Disposition: form-data; name="note"

        so be it
        --b
        Content-Disposition: form-data; name="file"; filename="a.txt"
        Content-Type: text/plain

        abc
        --b--
        """
            .replace("\n", "\r\n");

    post(link(), "multipart/form-data; boundary=b", body.getBytes(StandardCharsets.UTF_8));

    assertThat(payload())
        .isEqualTo(
            Api.json(
                "{\"note\":\"so be it\",\"file\":{\"content_type\":\"text/plain\","
                    + "\"base64\":\"YWJj\",\"filename\":\"a.txt\"}}"));
  }

  @Test
  void shouldTakeABodyWithoutAContentTypeAndWithoutALength() {
    String link = link();

    Api.Answer answer =
        anybody.send(
            HttpRequest.newBuilder(URI.create(link))
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(new byte[] {1, 2, 3})))
                .build());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(payload())
        .isEqualTo(Api.json("{\"content_type\":\"application/octet-stream\",\"base64\":\"AQID\"}"));
  }

  @Test
  void shouldReceiveNoPayloadWhenThereIsNoBody() {
    String link = link();

    assertThat(anybody.send(at(link).POST(BodyPublishers.noBody()).build()).status())
        .isEqualTo(200);
    assertThat(payload().isMissingNode()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, {",
    "application/json, \"\\u0000\"",
    "application/x-www-form-urlencoded, a=%zz",
    "application/x-www-form-urlencoded, a=%00",
    "application/x-www-form-urlencoded, standby.form=1&a=%00",
    "multipart/form-data, x"
  })
  void shouldRefuseWhatItCallsItselfAndIsNotAndGoOnWaiting(String contentType, String body) {
    String link = link();

    assertThat(post(link, contentType, body.getBytes(StandardCharsets.UTF_8)).status())
        .isEqualTo(400);
    assertThat(post(link, "application/json", new byte[5000]).status()).isEqualTo(413);
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("waiting");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no form at all",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\nContent-",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--bb--"
      })
  void shouldRefuseAFormThatBreaksOff(String body) {
    String link = link();

    assertThat(post(link, "multipart/form-data; boundary=b", bytes(body)).status()).isEqualTo(400);
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldShowAPageAndResolveNothingWhenItIsOnlyLookedAt() {
    String link = link();

    Api.Answer page = anybody.send(at(link).header("Accept", "text/html").GET().build());

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'")
        .doesNotContain("unsafe-inline");
    assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
    // What people have typed is text, and never a tag.
    assertThat(page.text()).contains("&lt;script&gt;").doesNotContain("<script>");
    anybody.send(at(link).method("HEAD", BodyPublishers.noBody()).build());
    anybody.send(at(link).method("OPTIONS", BodyPublishers.noBody()).build());
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldThankWhoeverAnswersOnThePage() {
    String link = link();
    HttpRequest form =
        at(link)
            .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("comment=&decision=reject"))
            .build();

    Api.Answer first = anybody.send(form);
    Api.Answer again = anybody.send(form);

    assertThat(first.status()).isEqualTo(200);
    assertThat(first.text()).contains("<h1>Thank you</h1>");
    assertThat(payload()).isEqualTo(Api.json("{\"comment\":\"\",\"decision\":\"reject\"}"));
    assertThat(again.status()).isEqualTo(404);
    assertThat(again.text()).contains("<h1>This has been answered already</h1>");
  }

  @Test
  void shouldBeVoidOnceTheTriggerIsTerminal() {
    String received = link();
    post(received, "text/plain", bytes("1"));
    String canceled = link();
    api.delete(Api.path(key));
    String timedOut = link("\"timeout_secs\":1");
    Await.until(
        "it has timed out",
        Duration.ofSeconds(10),
        () -> api.get(Api.path(key)).field("status").equals("timed_out"));

    List<Api.Answer> answers = new ArrayList<>();
    for (String link : List.of(received, canceled, timedOut, link() + "A")) {
      answers.add(post(link, "text/plain", bytes("1")));
      answers.add(anybody.send(at(link).GET().build()));
    }

    // One and the same, whatever the reason.
    assertThat(answers).extracting(Api.Answer::status).containsOnly(404);
    assertThat(answers)
        .extracting(answer -> answer.field("detail"))
        .containsOnly("This link is not valid, or not any more");
  }

  @Test
  void shouldNotResolveTheNextTriggerOfTheKey() {
    String old = link();
    api.delete(Api.path(key));
    api.register(key);

    assertThat(post(old, "text/plain", bytes("1")).status()).isEqualTo(404);
    assertThat(api.get(Api.path(key)).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldNotBeMadeWhenNothingWaits() {
    link();
    api.delete(Api.path(key));

    assertThat(api.post(Api.path(key) + "/callback", "").status()).isEqualTo(409);
    assertThat(api.post(Api.path("nobody's") + "/callback", "").status()).isEqualTo(404);
  }

  @Test
  void shouldComeWithTheRegistrationForThoseWhoMaySend() {
    Api registers = anybody.with(Keys.of(node, "shop", Scope.REGISTER));
    Api both = anybody.with(Keys.of(node, "shop", Scope.REGISTER, Scope.SEND));
    key = "at once " + keys.incrementAndGet();
    String body = "{\"event_key\":\"" + key + "\",\"callback\":true}";

    assertThat(registers.post("/v1/events", body).status()).isEqualTo(403);
    Api.Answer registered = both.post("/v1/events", body);
    Api.Answer again = both.post("/v1/events", body);

    assertThat(registered.status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.field("callback_url")).isEqualTo(registered.field("callback_url"));
    assertThat(post(registered.field("callback_url"), "text/plain", bytes("1")).status())
        .isEqualTo(200);
    assertThat(api.get(Api.path(key)).text()).doesNotContain("callback_url");
  }

  @Test
  void shouldBeMadeOverTheEventBusToo() {
    link();
    EventTriggers triggers = EventTriggers.create(node.vertx());

    String path = Member.get(triggers.callback(key, "shop")).url();

    assertThat(post(node.url() + path, "text/plain", bytes("1")).status()).isEqualTo(200);
    assertThat(payload().asText()).isEqualTo("1");
  }

  @Test
  void shouldBeGoodUntilTheOverlapIsOverWhenTheSecretIsRotated() {
    String before = link();
    Member.get(Bus.local(node.vertx()).askLocally(Addresses.ROTATE_CALLBACK_SECRET, 3600));
    String between = link();
    assertThat(anybody.send(at(before).GET().build()).status()).isEqualTo(200);
    assertThat(anybody.send(at(between).GET().build()).status()).isEqualTo(200);

    Member.get(Bus.local(node.vertx()).askLocally(Addresses.ROTATE_CALLBACK_SECRET, 0));

    assertThat(post(before, "text/plain", bytes("1")).status()).isEqualTo(404);
    assertThat(post(between, "text/plain", bytes("1")).status()).isEqualTo(404);
    assertThat(post(link(), "text/plain", bytes("1")).status()).isEqualTo(200);
  }

  @Test
  void shouldBeUsedOnceWhenTwoUseItAtOnce() {
    for (int round = 0; round < 500; round++) {
      String link = link();
      CompletableFuture<Api.Answer> one = async(link, "1");
      CompletableFuture<Api.Answer> two = async(link, "2");

      assertThat(List.of(one.join().status(), two.join().status()))
          .containsExactlyInAnyOrder(200, 404);
      assertThat(payload().asText()).isEqualTo(one.join().status() == 200 ? "1" : "2");
    }
  }

  private static CompletableFuture<Api.Answer> async(String link, String text) {
    return anybody.sendAsync(
        at(link).header("Content-Type", "text/plain").POST(BodyPublishers.ofString(text)).build());
  }

  private String link() {
    return link("\"request_payload\":\"<script>alert(1)</script>\"");
  }

  /** A link for a new wait, registered with those fields besides. */
  private String link(String fields) {
    key = "callback/" + keys.incrementAndGet();
    api.post("/v1/events", "{\"event_key\":\"" + key + "\"," + fields + "}");
    return api.post(Api.path(key) + "/callback", "").field("url");
  }

  private JsonNode payload() {
    return api.get(Api.path(key)).json().path("response_payload");
  }

  private static Api.Answer post(String link, String contentType, byte[] body) {
    return anybody.send(
        at(link)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  private static HttpRequest.Builder at(String link) {
    return HttpRequest.newBuilder(URI.create(link)).timeout(Duration.ofSeconds(30));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
