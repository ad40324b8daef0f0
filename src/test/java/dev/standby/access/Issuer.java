package dev.standby.access;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.standby.support.Nodes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Issues tokens, and publishes the keys by which they are verified, as an OIDC provider does. */
final class Issuer implements AutoCloseable {
  static final String NAME = "https://issuer.test";
  static final String AUDIENCE = "standby";

  private final int port = Nodes.freePort();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger reads = new AtomicInteger();
  private volatile Answer answer = exchange -> send(exchange, 200, "{\"keys\":[]}");
  private HttpServer server;

  /** How the JWKS is answered. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /** One that publishes those keys. */
  static Issuer publishing(SigningKey... keys) {
    Issuer issuer = new Issuer();
    issuer.publish(keys);
    issuer.start();
    return issuer;
  }

  /** Serves the JWKS from now on. */
  void start() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/jwks",
        exchange -> {
          reads.incrementAndGet();
          answer.to(exchange);
        });
    server.start();
  }

  /** Serves nothing, until {@link #start}. */
  void stop() {
    server.stop(0);
  }

  /** How often the JWKS was asked for. */
  int reads() {
    return reads.get();
  }

  /** Publishes these keys, and no others any more. */
  void publish(SigningKey... keys) {
    publish(Arrays.stream(keys).map(SigningKey::jwk).toArray(JsonObject[]::new));
  }

  /** As {@link #publish(SigningKey...)}, of keys as the JWKS lists them. */
  void publish(JsonObject... keys) {
    answer(200, new JsonObject().put("keys", new JsonArray(Arrays.asList(keys))).encode());
  }

  /** Answers with that text. */
  void answer(int status, String text) {
    answer = exchange -> send(exchange, status, text);
  }

  /** Answers in some other way. */
  void answer(Answer how) {
    answer = how;
  }

  static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(bytes);
    }
  }

  /** Where the JWKS is. */
  String url() {
    return "http://127.0.0.1:" + port + "/jwks";
  }

  /** The environment of a node that takes tokens of this issuer. */
  Map<String, String> environment() {
    return Map.of(
        "STANDBY_AUTH",
        "keys",
        "STANDBY_AUTH_JWKS_URL",
        url(),
        "STANDBY_AUTH_ISSUER",
        NAME,
        "STANDBY_AUTH_AUDIENCE",
        AUDIENCE,
        "STANDBY_LIMITS_FAILED_LOGINS_PER_MINUTE",
        "0");
  }

  /** The claims of a good token: for a minute, for the project, with those scopes. */
  static JsonObject claims(String project, String scope) {
    long now = Instant.now().getEpochSecond();
    return new JsonObject()
        .put("iss", NAME)
        .put("aud", AUDIENCE)
        .put("sub", "alice")
        .put("iat", now)
        .put("exp", now + 60)
        .put("project_id", project)
        .put("scope", scope);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
