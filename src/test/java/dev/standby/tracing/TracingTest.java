package dev.standby.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Follower;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.Swarm;
import dev.standby.support.TestPostgres;
import dev.standby.tracing.Collector.Recorded;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Traces: of two nodes, which record no request but those that come with a trace. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class TracingTest {
  private static final String PAYLOAD = "xPAYLOADx";
  private static final int TRIES = 5;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static Collector collector;
  private static String database;
  private static List<NodeProcess> nodes;
  private static Swarm swarm;
  private static int made;

  @BeforeAll
  static void start() throws IOException {
    collector = new Collector();
    database = TestPostgres.newDatabase();
    nodes = NodeProcess.cluster(2, database, settings("0"));
    swarm = new Swarm(nodes.stream().map(NodeProcess::url).toList());
  }

  @AfterAll
  static void stop() {
    swarm.close();
    nodes.forEach(NodeProcess::close);
    collector.close();
  }

  @Test
  void shouldShowASendFromItsRequestToThePushOnAnotherNode() {
    String registration = traceId();
    String sending = traceId();
    int tries = 1;
    // Where PostgreSQL's word overtakes the announcement, the push is of no trace.
    while (!wholeIsRecorded("whole" + tries, registration, sending) && tries < TRIES) {
      tries++;
      registration = traceId();
      sending = traceId();
    }

    Recorded request = named(sending, "POST /v1/events/{eventKey}/send");
    assertThat(request.parent()).isEqualTo("00f067aa0ba902b7");
    assertThat(request.attribute("http.request.method")).isEqualTo("POST");
    assertThat(request.attribute("http.response.status_code")).isEqualTo("200");
    Recorded store = named(sending, "store finish");
    assertThat(ancestors(store)).contains(request.id());
    assertThat(store.attribute("db.system.name")).isEqualTo("postgresql");
    assertThat(store.attribute("db.operation.batch.size")).isEqualTo("1");
    assertThat(store.linked()).containsExactly(registration);
    Recorded push = named(sending, "push");
    assertThat(push.parent()).isEqualTo(store.id());
    assertThat(push.node()).isNotEqualTo(store.node());
  }

  private static boolean wholeIsRecorded(String key, String registration, String sending) {
    post(0, registration, "/v1/events", "{\"event_key\":\"%s\"}".formatted(key));
    Follower follower = swarm.follow(1, key);
    Await.until("the stream begins", LIMIT, () -> follower.begun().isDone());
    post(0, sending, "/v1/events/" + key + "/send", "{\"payload\":\"xPAYLOADx\"}");
    Await.until("it is heard", LIMIT, () -> follower.terminal().isDone());
    Await.until(
        "the request is recorded",
        LIMIT,
        () ->
            named(sending, "store finish") != null
                && named(sending, "POST /v1/events/{eventKey}/send") != null);
    // Every node exports once a second.
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    Await.until(
        "the push is, or would be",
        LIMIT,
        () -> named(sending, "push") != null || System.nanoTime() - end > 0);
    return named(sending, "push") != null;
  }

  @Test
  void shouldLinkToARegistrationWhoseNodeIsGone() {
    String registration = traceId();
    try (NodeProcess gone = NodeProcess.start(Nodes.environment(database, settings("0")))) {
      assertThat(
              post(
                  new Api(gone.url()),
                  registration,
                  "/v1/events",
                  "{\"event_key\":\"days later\"}"))
          .isEqualTo(201);
    }
    String sending = traceId();
    post(0, sending, "/v1/events/days%20later/send", "{}");

    Await.until("it is recorded", LIMIT, () -> named(sending, "store finish") != null);
    assertThat(named(sending, "store finish").linked()).containsExactly(registration);
  }

  @Test
  void shouldSayWhatARefusalWas() {
    String trace = traceId();
    post(0, trace, "/v1/events/nobody/send", "{}");

    Await.until("it is recorded", LIMIT, () -> named(trace, "store finish") != null);
    assertThat(named(trace, "store finish").attribute("error.type")).isEqualTo("not_found");
  }

  @Test
  void shouldRecordNothingThatIsNotAskedFor() {
    String unwanted = traceId();
    Api api = new Api(swarm.url(0));
    send(api, "00-" + unwanted + "-00f067aa0ba902b7-00", "/v1/events", "{\"event_key\":\"no\"}");
    send(api, "x".repeat(55), "/v1/events", "{\"event_key\":\"no sense\"}");
    api.post("/v1/events", "{\"event_key\":\"none\"}");
    String wanted = traceId();
    post(0, wanted, "/v1/events", "{\"event_key\":\"yes\"}");

    Await.until("what was wanted is there", LIMIT, () -> named(wanted, "POST /v1/events") != null);
    assertThat(collector.trace(unwanted)).isEmpty();
    // Every span belongs to a trace that a test has begun.
    assertThat(collector.spans()).allSatisfy(span -> assertThat(span.trace()).startsWith("7e57"));
  }

  @Test
  void shouldNameNeitherKeysNorPayloadsNorLinks() {
    String trace = traceId();
    post(0, trace, "/v1/events", "{\"event_key\":\"xKEYx\",\"request_payload\":\"xPAYLOADx\"}");
    String link =
        swarm
            .ask(0, HttpMethod.POST, "/v1/events/xKEYx/callback", "{}")
            .join()
            .json()
            .path("url")
            .asText();
    String path = link.substring(link.indexOf("/v1/"));
    HttpRequest.Builder preflight =
        new Api(swarm.url(0))
            .request(path)
            .header("traceparent", traceparent(trace))
            .header("Origin", "https://app.example")
            .header("Access-Control-Request-Method", "POST")
            .method("OPTIONS", BodyPublishers.noBody());
    assertThat(new Api(swarm.url(0)).send(preflight.build()).status()).isEqualTo(204);
    post(0, trace, path, "{\"a\":\"xPAYLOADx\"}");
    post(0, trace, "/v1/callbacks/%ff" + path.substring(path.lastIndexOf('/') + 1), "{}");
    post(0, trace, "/v1/nothing/xKEYx?q=xKEYx", "{}");
    String last = traceId();
    post(0, last, "/v1/events/xKEYx/send?project_id=xKEYx", "{}");

    Await.until(
        "all is recorded",
        LIMIT,
        () ->
            named(last, "store finish") != null
                && named(trace, "POST /v1/callbacks/{token}") != null);
    assertThat(collector.spans().toString())
        .doesNotContain("xKEYx")
        .doesNotContain(PAYLOAD)
        .doesNotContain(path.substring(path.lastIndexOf('/') + 1));
    assertThat(collector.authorization()).isEqualTo("Bearer collect");
  }

  @Test
  void shouldServeWithoutItsCollector() {
    Map<String, String> nowhere =
        Map.of(
            "STANDBY_TRACING_OTLP_ENDPOINT",
            "http://127.0.0.1:" + Nodes.freePort(),
            "STANDBY_TRACING_SAMPLE_RATIO",
            "1");
    try (NodeProcess node = NodeProcess.start(Nodes.environment(database, nowhere))) {
      Api api = new Api(node.url());
      for (int i = 0; i < 50; i++) {
        assertThat(api.post("/v1/events", "{\"event_key\":\"c" + i + "\"}").status())
            .isEqualTo(201);
        assertThat(api.post("/v1/events/c" + i + "/send", "{}").status()).isEqualTo(200);
      }
      assertThat(node.stop()).isIn(0, 143);
    }
  }

  private static Map<String, String> settings(String ratio) {
    return Map.of(
        "STANDBY_TRACING_OTLP_ENDPOINT",
        collector.url(),
        "STANDBY_TRACING_OTLP_HEADERS",
        "authorization=Bearer collect",
        "STANDBY_TRACING_SAMPLE_RATIO",
        ratio);
  }

  private static synchronized String traceId() {
    return "7e57%028d".formatted(++made);
  }

  private static int post(int node, String trace, String path, String body) {
    return post(new Api(swarm.url(node)), trace, path, body);
  }

  private static int post(Api api, String trace, String path, String body) {
    return send(api, traceparent(trace), path, body);
  }

  private static int send(Api api, String traceparent, String path, String body) {
    HttpRequest.Builder request =
        api.request(path)
            .header("traceparent", traceparent)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return api.send(request.build()).status();
  }

  private static String traceparent(String trace) {
    return "00-" + trace + "-00f067aa0ba902b7-01";
  }

  private static Recorded named(String trace, String name) {
    return collector.trace(trace).stream()
        .filter(span -> span.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static List<String> ancestors(Recorded span) {
    return Stream.iterate(
            span,
            Objects::nonNull,
            one ->
                collector.trace(one.trace()).stream()
                    .filter(other -> other.id().equals(one.parent()))
                    .findFirst()
                    .orElse(null))
        .map(Recorded::parent)
        .toList();
  }
}
