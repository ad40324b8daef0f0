package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.standby.support.Member;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Reading the keys of an issuer, whatever it answers. */
@Timeout(30)
class KeySetTest {
  private static final SigningKey KEY = SigningKey.of("rsa", "RS256");
  private static final long PATIENCE_MILLIS = 700;

  /** More connections than a client opens to one server. */
  private static final int MANY = 12;

  private static Vertx vertx;
  private static Issuer issuer;
  private static KeySet keySet;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    issuer = Issuer.publishing();
    keySet = new KeySet(vertx, issuer.url(), PATIENCE_MILLIS);
  }

  @AfterAll
  static void stop() {
    issuer.close();
    Member.get(vertx.close());
  }

  @Test
  void shouldReadThePublicKeysThatAreForSignatures() {
    issuer.publish(
        KEY.jwk(),
        new JsonObject().put("kty", "oct").put("k", "c2VjcmV0"),
        KEY.jwk().put("kid", "encrypts").put("use", "enc"));

    assertThat(read()).extracting(key -> key.getString("kid")).containsExactly("rsa");
  }

  @TestFactory
  Stream<DynamicTest> shouldReadOnAfterAnAnswerOf() {
    return Map.<String, Issuer.Answer>of(
            "an error", exchange -> Issuer.send(exchange, 500, "{\"keys\":[]}"),
            "a redirect", KeySetTest::redirect,
            "no JSON", exchange -> Issuer.send(exchange, 200, "<html>"),
            "no keys", exchange -> Issuer.send(exchange, 200, "{}"),
            "another kind of keys", exchange -> Issuer.send(exchange, 200, "{\"keys\":[1]}"),
            "nothing", exchange -> {},
            "half of it", exchange -> exchange.sendResponseHeaders(200, 1000),
            "no end", KeySetTest::endless)
        .entrySet()
        .stream()
        .map(answer -> DynamicTest.dynamicTest(answer.getKey(), () -> readOn(answer.getValue())));
  }

  private static void readOn(Issuer.Answer answer) {
    issuer.answer(answer);
    List<Future<List<JsonObject>>> readings = Stream.generate(keySet::read).limit(MANY).toList();
    assertThatThrownBy(() -> Member.get(Future.join(readings)));
    assertThat(readings).allMatch(Future::failed);

    issuer.publish(KEY);
    assertThat(read()).hasSize(1);
  }

  private static List<JsonObject> read() {
    return Member.get(keySet.read());
  }

  private static void redirect(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Location", "/jwks/elsewhere");
    exchange.sendResponseHeaders(302, -1);
  }

  /** Writes until the other side hangs up. */
  private static void endless(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    byte[] spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
    while (true) {
      exchange.getResponseBody().write(spaces);
    }
  }
}
