package dev.standby.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of webhooks, as others have it; answers 204 until it is told otherwise. */
final class Receiver implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(20);

  private final String address;
  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Answer answer = exchange -> exchange.sendResponseHeaders(204, -1);
  private HttpServer server;

  /** How a call is answered. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  /**
   * What has come.
   *
   * @param headers by their names in lower case
   * @param nanos when
   */
  record Call(String path, Map<String, List<String>> headers, String body, long nanos) {
    String id() {
      return header("webhook-id");
    }

    String header(String name) {
      return headers.get(name).get(0);
    }

    JsonNode json() {
      return Api.json(body);
    }

    /** Fails unless that secret has signed it, as Standard Webhooks' own library sees it. */
    void verify(String secret) throws Exception {
      new Webhook(secret).verify(body, headers);
    }
  }

  private Receiver(String address, int port) {
    this.address = address;
    this.port = port;
  }

  /** One that serves. */
  static Receiver open() {
    return open("127.0.0.1", Nodes.freePort());
  }

  /** One that serves there. */
  static Receiver open(String address, int port) {
    Receiver receiver = new Receiver(address, port);
    receiver.start();
    return receiver;
  }

  /** One that nobody listens at until it is started. */
  static Receiver away() {
    return new Receiver("127.0.0.1", Nodes.freePort());
  }

  void start() {
    try {
      server = HttpServer.create(new InetSocketAddress(address, port), 500);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    calls.add(new Call(exchange.getRequestURI().toString(), headers, body, System.nanoTime()));
    try (exchange) {
      answer.to(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers so from now on. */
  Receiver answers(Answer how) {
    answer = how;
    return this;
  }

  /** Answers with that status from now on. */
  Receiver answers(int status) {
    return answers(exchange -> exchange.sendResponseHeaders(status, -1));
  }

  /** Answers nothing from now on, for as long as it is open. */
  Receiver hangs() {
    return answers(exchange -> closed.await());
  }

  List<Call> calls() {
    return calls;
  }

  /** Waits until so many calls have come; gives the last of these. */
  Call await(int count) {
    Await.until(count + " calls have come", SOON, () -> calls.size() >= count);
    return calls.get(count - 1);
  }

  String url() {
    return url("/hook");
  }

  String url(String path) {
    return "http://" + address + ":" + port + path;
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    closed.countDown();
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }
}
