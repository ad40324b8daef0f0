package dev.standby.contract;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.OpenApiDocument.Operation;
import dev.standby.contract.OpenApiDocument.Pair;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Drives every operation and every status that {@code openapi.yaml} documents against running
 * nodes, and holds the answers against the document. The one exception is 500: nothing that comes
 * from outside may lead to it.
 */
@Timeout(60)
class OpenApiContractTest {
  private static final OpenApiDocument DOCUMENT = new OpenApiDocument();
  private static final AtomicInteger keys = new AtomicInteger();

  private static Standby node;
  private static Standby cutOff;
  private static Api api;
  private static Api apiWithoutDatabase;
  private static Standby impatient;

  @BeforeAll
  static void start() {
    node =
        Nodes.start(
            TestPostgres.newDatabase(),
            Map.of("STANDBY_DATABASE_PREFIX_LIMIT", "2", "STANDBY_HTTP_MAX_BODY_BYTES", "2048"));
    api = new Api(node.url());
    impatient =
        Nodes.start(TestPostgres.newDatabase(), Map.of("STANDBY_HTTP_BODY_TIMEOUT_SECS", "1"));
    String database = TestPostgres.newDatabase();
    cutOff = Nodes.start(database, Map.of("STANDBY_DATABASE_RETRY_MILLIS", "100"));
    apiWithoutDatabase = new Api(cutOff.url());
    apiWithoutDatabase.register("known");
    String name = database.substring(database.lastIndexOf('/') + 1);
    String server = database.replaceFirst("/[^/]*$", "/postgres");
    TestPostgres.execute(server, "ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
    TestPostgres.execute(
        server,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
  }

  @AfterAll
  static void stop() {
    node.close();
    cutOff.close();
    impatient.close();
  }

  @TestFactory
  Stream<DynamicTest> shouldAnswerAsDocumented() {
    return cases().entrySet().stream()
        .map(
            driven ->
                DynamicTest.dynamicTest(
                    driven.getKey().operationId() + " " + driven.getKey().status(),
                    () -> DOCUMENT.check(driven.getKey(), driven.getValue().get())));
  }

  @Test
  void shouldDriveEveryPairThatIsDocumented() {
    Set<Pair> documented =
        DOCUMENT.pairs().stream().filter(pair -> pair.status() != 500).collect(toSet());

    assertThat(cases().keySet()).isEqualTo(new HashSet<>(documented));
  }

  @Test
  void shouldShowTheDocumentedTriggerInEveryFrame() {
    String key = waiting();
    try (SseReader stream = SseReader.open(api, key)) {
      DOCUMENT.checkComponent("EventTrigger", stream.next().json());
      api.post(Api.path(key) + "/send", "{\"payload\":null}");
      DOCUMENT.checkComponent("EventTrigger", stream.next().json());
    }
  }

  @Test
  void shouldNameTheTriggerOrTheCountThatTheProblemIsAbout() {
    String key = received();

    Api.Answer conflict = api.delete(Api.path(key));
    Api.Answer tooMany = tooManyForOnePrefix();

    assertThat(conflict.json().at("/trigger/status").asText()).isEqualTo("received");
    assertThat(tooMany.json().path("count").asInt()).isEqualTo(3);
  }

  private static Map<Pair, Supplier<Api.Answer>> cases() {
    Map<Pair, Supplier<Api.Answer>> cases = new HashMap<>();
    for (Operation operation : DOCUMENT.operations()) {
      String path = path(operation, "any");
      String sample = sample(operation.id());
      drive(
          cases,
          operation,
          400,
          () ->
              call(
                  api,
                  operation,
                  path + (path.contains("?") ? "&" : "?") + "nobody_knows=1",
                  sample));
      drive(cases, operation, 405, () -> refused(path));
      drive(
          cases,
          operation,
          406,
          () -> api.send(request(api, operation, path, sample).header("Accept", "a/b").build()));
      drive(cases, operation, 408, () -> unfinished(operation, path));
      drive(cases, operation, 413, () -> call(api, operation, path, " ".repeat(2049)));
      drive(cases, operation, 415, () -> text(operation, path, sample));
      drive(
          cases,
          operation,
          503,
          () -> call(apiWithoutDatabase, operation, path(operation, "known"), sample));
      drive(cases, operation, 404, () -> call(api, operation, path(operation, key()), sample));
      drive(
          cases,
          operation,
          200,
          () -> call(api, operation, path(operation, ready(operation)), sample));
    }
    exceptions(cases);
    return cases;
  }

  /** What takes more than one request to get to. */
  private static void exceptions(Map<Pair, Supplier<Api.Answer>> cases) {
    cases.put(new Pair("listEvents", 200), OpenApiContractTest::page);
    cases.put(new Pair("registerEvent", 200), () -> registerTwice("{\"event_key\":\"%s\"}"));
    cases.put(new Pair("registerEvent", 201), () -> api.register(key()));
    cases.put(
        new Pair("registerEvent", 409),
        () -> registerTwice("{\"event_key\":\"%s\",\"timeout_secs\":7}"));
    cases.put(new Pair("getEvent", 409), () -> api.get(Api.path(ambiguous())));
    cases.put(new Pair("streamEvent", 409), () -> api.get(Api.path(ambiguous()) + "/stream"));
    cases.put(new Pair("cancelEvent", 409), () -> api.delete(Api.path(received())));
    cases.put(
        new Pair("sendEvent", 409),
        () -> api.post(Api.path(received()) + "/send", "{\"payload\":\"another\"}"));
    cases.put(new Pair("streamEvent", 204), OpenApiContractTest::streamWithoutNews);
    cases.put(new Pair("sendEventsByPrefix", 422), OpenApiContractTest::tooManyForOnePrefix);
  }

  private static void drive(
      Map<Pair, Supplier<Api.Answer>> cases,
      Operation operation,
      int status,
      Supplier<Api.Answer> call) {
    if (operation.node().get("responses").has(Integer.toString(status))) {
      cases.put(new Pair(operation.id(), status), call);
    }
  }

  private static HttpRequest.Builder request(
      Api client, Operation operation, String path, String body) {
    HttpRequest.Builder request = client.request(path);
    return operation.takesBody()
        ? request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body))
        : request.method(operation.method(), BodyPublishers.noBody());
  }

  private static Api.Answer call(Api client, Operation operation, String path, String body) {
    return client.send(request(client, operation, path, body).build());
  }

  private static Api.Answer refused(String path) {
    return api.send(api.request(path).method("PATCH", BodyPublishers.noBody()).build());
  }

  /** Announces two bytes, and sends one. */
  private static Api.Answer unfinished(Operation operation, String path) {
    return new RawHttp(impatient.url())
        .send(
            RawHttp.bytes(
                operation.method()
                    + " "
                    + path
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 2\r\n\r\n{"))
        .parsed();
  }

  private static Api.Answer text(Operation operation, String path, String body) {
    return api.send(
        api.request(path)
            .header("Content-Type", "text/plain")
            .method(operation.method(), BodyPublishers.ofString(body))
            .build());
  }

  private static String path(Operation operation, String key) {
    String path = operation.path().replaceFirst("\\{[a-zA-Z]+}", Api.encode(key));
    return operation.id().equals("listEvents") ? path + "?project_id=default" : path;
  }

  private static String sample(String operationId) {
    return switch (operationId) {
      case "registerEvent" -> "{\"event_key\":\"any\"}";
      case "purgeEvents" -> "{\"older_than_days\":1}";
      default -> "{}";
    };
  }

  /** A key on which that operation succeeds; a stream of it ends by itself. */
  private static String ready(Operation operation) {
    return operation.id().equals("streamEvent") ? received() : waiting();
  }

  private static String key() {
    return "key " + keys.incrementAndGet();
  }

  private static String waiting() {
    String key = key();
    api.post(
        "/v1/events",
        "{\"event_key\":\"%s\",\"workflow_run_id\":\"w\",\"request_payload\":[1]}".formatted(key));
    return key;
  }

  private static String received() {
    String key = waiting();
    api.post(Api.path(key) + "/send", "{\"payload\":{\"a\":1}}");
    return key;
  }

  private static String ambiguous() {
    String key = key();
    for (String project : new String[] {"one", "other"}) {
      api.post(
          "/v1/events", "{\"event_key\":\"%s\",\"project_id\":\"%s\"}".formatted(key, project));
    }
    return key;
  }

  private static Api.Answer page() {
    waiting();
    received();
    api.delete(Api.path(waiting()));
    return api.get("/v1/events?project_id=default&limit=2");
  }

  private static Api.Answer registerTwice(String second) {
    String key = key();
    api.register(key);
    return api.post("/v1/events", second.formatted(key));
  }

  private static Api.Answer streamWithoutNews() {
    String key = received();
    String id;
    try (SseReader stream = SseReader.open(api, key)) {
      id = stream.next().id();
    }
    return api.send(
        api.request(Api.path(key) + "/stream").header("Last-Event-ID", id).GET().build());
  }

  private static Api.Answer tooManyForOnePrefix() {
    String prefix = key() + "/";
    for (int i = 0; i < 3; i++) {
      api.register(prefix + i);
    }
    return api.post("/v1/events/prefix/" + Api.encode(prefix) + "/send", "{}");
  }
}
