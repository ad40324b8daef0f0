package dev.standby.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What waits goes on waiting, whatever becomes of the node or of the way to it. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class ReconnectTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String WAITING =
      "{\"id\":\"1\",\"project_id\":\"p\",\"status\":\"waiting\",\"expires_at\":\"2030-01-01T00:00:00Z\"}";
  private static final String RECEIVED =
      "{\"id\":\"1\",\"project_id\":\"p\",\"status\":\"received\",\"response_payload\":7,"
          + "\"expires_at\":\"2030-01-01T00:00:00Z\"}";

  @Test
  void shouldSurviveAKilledNode() {
    Map<String, String> environment =
        Nodes.environment(
            TestPostgres.newDatabase(),
            Map.of("STANDBY_HTTP_PORT", Integer.toString(Nodes.freePort())));
    Shell.Running waiting;
    Shell.Running watching;
    try (NodeProcess node = NodeProcess.start(environment)) {
      Api api = new Api(node.url());
      Shell shell = Shell.at(node.url().toString());
      watching = shell.start("watch", "--count", "100");
      Await.until(
          "the feed is read",
          LIMIT,
          () -> {
            api.register("first");
            api.delete(Api.path("first"));
            return watching.out().contains("first");
          });
      waiting = shell.start("wait", "k", "--register");
      Await.until("it waits", LIMIT, () -> api.get(Api.path("k")).status() == 200);
      node.kill();
    }
    Await.until("it is noticed", LIMIT, () -> waiting.err().contains("trying again"));
    try (NodeProcess again = NodeProcess.start(environment)) {
      Api api = new Api(again.url());
      api.post(Api.path("k") + "/send", "{\"payload\":\"after all\"}");

      assertThat(waiting.done().out()).isEqualTo("\"after all\"\n");
      Await.until(
          "it has seen enough",
          LIMIT,
          () -> {
            api.register("last");
            api.delete(Api.path("last"));
            return watching.over();
          });
      assertThat(watching.done().exitCode()).isZero();
      assertThat(watching.out().lines())
          .containsSubsequence("waiting    k", "received   k  by anonymous");
    }
  }

  @Test
  void shouldGoOnAfterTheLastFrameThatCameWhole() throws IOException {
    List<String> lastIds = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          lastIds.add(String.valueOf(exchange.getRequestHeaders().getFirst("Last-Event-ID")));
          switch (lastIds.size()) {
            case 1, 4 -> busy(exchange);
            case 2 -> frames(exchange, "id: a\ndata: " + WAITING + "\n\n:\n\nid: b\ndata: {");
            case 3 -> frames(exchange, "id: c\n\nid: d\n");
            default -> frames(exchange, "event: status\nid: e\ndata: " + RECEIVED + "\n\n");
          }
        });
    server.start();
    try {
      Shell shell = Shell.at("http://127.0.0.1:" + server.getAddress().getPort());

      Shell.Done done = shell.run("wait", "k");

      assertThat(done.exitCode()).isZero();
      assertThat(done.out()).isEqualTo("7\n");
      assertThat(lastIds).containsExactly("null", "null", "a", "c", "c");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldAskAgainAfterItsOwnRegistrationWhileThatIsStillBeingCarriedOut() throws IOException {
    List<String> keys = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          if (keys.size() == 1) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            answer(exchange, 409, "{\"detail\":\"It is being carried out; repeat it later\"}");
          } else {
            answer(exchange, 201, RECEIVED);
          }
        });
    server.start();
    try {
      Shell shell = Shell.at("http://127.0.0.1:" + server.getAddress().getPort());

      assertThat(shell.run("wait", "k", "--register").out()).isEqualTo("7\n");
      assertThat(keys).hasSize(2).containsOnly(keys.get(0));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldGiveUpWhenTheNodeIsAwayForTooLong() {
    Shell shell = Shell.at("http://127.0.0.1:1");

    Shell.Done done = shell.run("wait", "k", "--register", "--retry-secs", "1");

    assertThat(done.exitCode()).isEqualTo(1);
    assertThat(done.err()).contains("trying again for 1 s").hasLineCount(2);
  }

  private static void busy(HttpExchange exchange) throws IOException {
    answer(exchange, 503, "{\"detail\":\"Busy\"}");
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    exchange
        .getResponseHeaders()
        .set("Content-Type", status < 400 ? "application/json" : "application/problem+json");
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void frames(HttpExchange exchange, String frames) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(frames.getBytes(StandardCharsets.UTF_8));
    exchange.close();
  }
}
