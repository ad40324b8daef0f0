package dev.standby.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Await;
import dev.standby.support.Certificates;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one HTTP/2 connection may do. */
@Timeout(60)
class Http2Test {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int LARGE = 1_000_000;

  @TempDir static Path folder;

  private static Standby node;
  private static Vertx vertx;
  private static HttpClientAgent client;

  @BeforeAll
  static void start() {
    Certificates certificates = new Certificates(folder);
    certificates.authority("authority");
    Certificates.Pem pem = certificates.signed("node", "authority");
    node =
        Nodes.start(
            TestPostgres.newDatabase(),
            Map.of(
                "STANDBY_HTTP_TLS_CERTIFICATE",
                pem.certificate(),
                "STANDBY_HTTP_TLS_KEY",
                pem.key(),
                "STANDBY_HTTP_BODY_TIMEOUT_SECS",
                "1",
                "STANDBY_HTTP_IDLE_TIMEOUT_SECS",
                "3",
                "STANDBY_STREAM_KEEP_ALIVE_SECS",
                "2"));
    vertx = Vertx.vertx();
    client = vertx.createHttpClient(options());
  }

  private static HttpClientOptions options() {
    return new HttpClientOptions()
        .setSsl(true)
        .setUseAlpn(true)
        .setTrustAll(true)
        .setProtocolVersion(HttpVersion.HTTP_2);
  }

  @AfterAll
  static void stop() {
    Member.get(vertx.close());
    node.close();
  }

  @Test
  void shouldBoundStreamsAndHeaders() {
    HttpClientConnection connection = connect();

    assertThat(connection.remoteSettings().getMaxConcurrentStreams()).isEqualTo(1000);
    assertThat(connection.remoteSettings().getMaxHeaderListSize()).isEqualTo(32 * 1024);
  }

  @Test
  void shouldCutOffWhoStartsRequestsOnlyToCancelThem() {
    HttpClientConnection connection = connect();
    AtomicBoolean closed = new AtomicBoolean();
    AtomicInteger canceled = new AtomicInteger();
    connection.closeHandler(end -> closed.set(true)).exceptionHandler(expected -> {});

    Await.until(
        "the connection is closed",
        LIMIT,
        () -> {
          for (int i = 0; i < 100 && !closed.get(); i++) {
            request(connection, HttpMethod.GET, "/v1/events/stats")
                .onSuccess(
                    request -> {
                      request.exceptionHandler(expected -> {});
                      request.send();
                      request.reset();
                      canceled.incrementAndGet();
                    });
          }
          return closed.get();
        });

    assertThat(canceled.get()).isGreaterThan(500);
    assertThat(status(connect(), HttpMethod.GET, "/health/live")).isEqualTo(200);
  }

  @Test
  void shouldSayThatABodyIsLateAndLeaveTheOtherStreamsAlone() {
    HttpClientConnection connection = connect();

    HttpClientRequest late =
        Member.get(request(connection, HttpMethod.POST, "/v1/events/known/send"));
    late.putHeader("Content-Type", "application/json").setChunked(true);
    AtomicBoolean reset = new AtomicBoolean();
    late.exceptionHandler(failure -> reset.set(true));
    late.write("{");
    HttpClientResponse answer = Member.get(late.response());

    assertThat(answer.statusCode()).isEqualTo(408);
    Await.until("the stream is reset", LIMIT, reset::get);
    assertThat(status(connection, HttpMethod.GET, "/health/live")).isEqualTo(200);
  }

  @Test
  void shouldCutOffWhoTakesNothingThoughItsPingsKeepTheConnection() {
    Member.get(
        node.vertx()
            .eventBus()
            .request(
                "standby.events.register",
                new JsonObject()
                    .put("event_key", "large")
                    .put("project_id", "default")
                    .put("request_payload", "x".repeat(LARGE))));
    Set<String> open = ConcurrentHashMap.newKeySet();
    List<HttpClientAgent> clients = new ArrayList<>();
    List<HttpClientConnection> connections = new ArrayList<>();
    // Nothing at all, a little, and all but the end.
    for (int window : List.of(0, 20_000, LARGE)) {
      clients.add(taking(window));
      HttpClientConnection connection = connect(clients.get(clients.size() - 1));
      connections.add(connection);
      vertx.setPeriodic(100, timer -> connection.ping(Buffer.buffer("12345678")));
      for (String path :
          List.of("/v1/events/large", "/v1/events/large/stream", "/v1/events?project_id=default")) {
        open.add(window + path);
        Member.get(
            request(connection, HttpMethod.GET, path)
                .compose(
                    request ->
                        request
                            .send()
                            .onSuccess(
                                answer ->
                                    answer
                                        .pause()
                                        .exceptionHandler(
                                            failure -> {
                                              if (failure instanceof StreamResetException) {
                                                open.remove(window + path);
                                              }
                                            }))));
      }
    }

    Await.until("all of the streams are reset", LIMIT, open::isEmpty);

    assertThat(connections)
        .allSatisfy(
            connection ->
                assertThat(status(connection, HttpMethod.GET, "/health/live")).isEqualTo(200));
    clients.forEach(HttpClientAgent::close);
  }

  private static HttpClientConnection connect() {
    return connect(client);
  }

  /** A client whose streams take so many bytes, and no more until these have been read. */
  private static HttpClientAgent taking(int window) {
    return vertx.createHttpClient(
        options()
            .setHttp2ConnectionWindowSize(10 * LARGE)
            .setInitialSettings(new Http2Settings().setInitialWindowSize(window)));
  }

  private static HttpClientConnection connect(HttpClientAgent client) {
    URI url = URI.create(node.url());
    return Member.get(
        client.connect(
            new HttpConnectOptions().setHost(url.getHost()).setPort(url.getPort()).setSsl(true)));
  }

  private static Future<HttpClientRequest> request(
      HttpClient connection, HttpMethod method, String path) {
    return connection.request(new RequestOptions().setMethod(method).setURI(path));
  }

  private static int status(HttpClient connection, HttpMethod method, String path) {
    return Member.get(request(connection, method, path).compose(HttpClientRequest::send))
        .statusCode();
  }
}
