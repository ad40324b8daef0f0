package dev.standby.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A short walk through all that a node does with PostgreSQL. */
final class Flow {
  private static final int LIMIT_SECS = 20;

  private final Api api;
  private final String prefix;

  /** On keys that begin so; the node may call receivers on loopback. */
  Flow(Api api, String prefix) {
    this.api = api;
    this.prefix = prefix;
  }

  /** Does it once; fails where anything is not as it should be. */
  void walk() {
    endsAndTells();
    manyAtOnce();
    earlyAndOnce();
    demanding();
    calls();
    timesOut();
  }

  private void endsAndTells() {
    expect(201, api.register(prefix + "sent"));
    CompletableFuture<Api.Answer> poll =
        api.sendAsync(
            api.request(Api.path(prefix + "sent")).header("Prefer", "wait=20").GET().build());
    try (SseReader feed =
            SseReader.open(
                api.request("/v1/events?project_id=default&event_key_prefix=" + Api.encode(prefix))
                    .header("Accept", "text/event-stream"));
        SseReader stream = SseReader.open(api, prefix + "sent")) {
      assertThat(stream.next().status()).isEqualTo("waiting");
      expect(200, send("sent", "{\"payload\":{\"n\":1}}"));
      assertThat(stream.next().status()).isEqualTo("received");
      SseReader.Frame told = feed.next();
      assertThat(told.json().path("response_payload").path("n").asInt()).isEqualTo(1);
    }
    assertThat(poll.join().field("status")).isEqualTo("received");
    expect(409, send("sent", "{\"payload\":2}"));
    expect(404, send("nobody", "{}"));
    expect(201, api.register(prefix + "canceled"));
    expect(200, api.patch(Api.path(prefix + "canceled"), "{\"timeout_secs\":60}"));
    expect(200, api.delete(Api.path(prefix + "canceled")));
  }

  private void manyAtOnce() {
    expect(
        200,
        api.post(
            "/v1/batch/register",
            "{\"items\":[{\"event_key\":\"%1$sa/1\"},{\"event_key\":\"%1$sa/2\"}]}"
                .formatted(prefix)));
    Api.Answer resolved =
        expect(
            200,
            api.post(
                "/v1/events/prefix/" + Api.encode(prefix + "a/") + "/send?project_id=default",
                "{\"payload\":1}"));
    assertThat(resolved.json().path("resolved").asInt()).isEqualTo(2);
    assertThat(
            expect(200, api.get("/v1/events?project_id=default&status=received"))
                .json()
                .path("data")
                .size())
        .isGreaterThanOrEqualTo(3);
    assertThat(
            expect(200, api.get("/v1/events/stats?project_id=default"))
                .json()
                .path("received_count")
                .asInt())
        .isGreaterThanOrEqualTo(3);
    expect(200, api.post("/v1/events/purge", "{\"older_than_days\":1}"));
  }

  private void earlyAndOnce() {
    HttpRequest once =
        api.request(Api.path(prefix + "early") + "/send")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", prefix + "once")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"payload\":3,\"hold_secs\":60,\"project_id\":\"default\"}"))
            .build();
    expect(202, api.send(once));
    assertThat(expect(202, api.send(once)).header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(expect(200, api.get("/v1/held?project_id=default")).json().path("data").size())
        .isPositive();
    assertThat(expect(201, api.register(prefix + "early")).field("status")).isEqualTo("received");
  }

  private void demanding() {
    expect(
        201,
        register(
            "demanding",
            "\"payload_schema\":{\"type\":\"integer\"},\"emit_key\":\"%semitted\""
                .formatted(prefix)));
    expect(422, send("demanding", "{\"payload\":\"x\"}"));
    expect(200, send("demanding", "{\"payload\":4}"));
    assertThat(expect(201, api.register(prefix + "emitted")).field("response_payload"))
        .isEqualTo("4");
  }

  private void calls() {
    CountDownLatch called = new CountDownLatch(1);
    HttpServer receiver = receiver(called);
    try {
      expect(
          201,
          register(
              "called",
              "\"notify_url\":\"http://127.0.0.1:%d/\""
                  .formatted(receiver.getAddress().getPort())));
      expect(200, send("called", "{}"));
      assertThat(called.await(LIMIT_SECS, TimeUnit.SECONDS)).as("the receiver is called").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      receiver.stop(0);
    }
  }

  private void timesOut() {
    expect(201, register("due", "\"timeout_secs\":1"));
    assertThat(
            api.send(
                    api.request(Api.path(prefix + "due"))
                        .header("Prefer", "wait=" + LIMIT_SECS)
                        .GET()
                        .build())
                .field("status"))
        .isEqualTo("timed_out");
  }

  private static HttpServer receiver(CountDownLatch called) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      server.createContext(
          "/",
          exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
            called.countDown();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Api.Answer register(String key, String fields) {
    return api.post("/v1/events", "{\"event_key\":\"" + prefix + key + "\"," + fields + "}");
  }

  private Api.Answer send(String key, String body) {
    return api.post(Api.path(prefix + key) + "/send", body);
  }

  private static Api.Answer expect(int status, Api.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    return answer;
  }
}
