package dev.standby.contract;

import dev.standby.Standby;
import dev.standby.contract.OpenApiDocument.Operation;
import dev.standby.contract.OpenApiDocument.Pair;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** How to get every operation to answer with every status that {@code openapi.yaml} documents. */
final class OpenApiCases {
  /** What is sent to lead to a body that is too long. */
  static final int MAX_BODY_BYTES = 2048;

  /** What may stand in any path: the key of a trigger, and an id as well. */
  static final String KNOWN = "019cadd0-0d2e-7a55-8c90-5b7e9f1a2c3d";

  /** How many keys a project may have. */
  private static final int MAX_KEYS = 1000;

  /** More than any limit lets in at once. */
  private static final int MANY = 50;

  private final OpenApiDocument document;
  private final Api api;
  private final Waits waits;
  private final String database;
  private final Repeats repeats;
  private final Api cutOff;
  private final RawHttp impatient;
  private final Standby guarded;
  private final Api lockedOut;
  private final Executor patient = task -> new Thread(task).start();

  /**
   * Cases for those nodes.
   *
   * @param node without authentication, with a prefix limit of 2 and {@link #MAX_BODY_BYTES}
   * @param waits its keys
   * @param database the URL of that node's
   * @param cutOff without authentication and without its database, which has the key {@link #KNOWN}
   * @param impatient without authentication, which waits one second for a body
   * @param guarded with authentication, and with a limit of one request in a second for everybody
   * @param lockedOut with authentication and without its database, and with a key that may be one
   */
  OpenApiCases(
      OpenApiDocument document,
      Standby node,
      Waits waits,
      String database,
      Standby cutOff,
      Standby impatient,
      Standby guarded,
      Api lockedOut) {
    this.document = document;
    this.api = new Api(node.url());
    this.waits = waits;
    this.database = database;
    this.repeats = new Repeats(api, new Database(database));
    this.cutOff = new Api(cutOff.url());
    this.impatient = new RawHttp(impatient.url());
    this.guarded = guarded;
    this.lockedOut = lockedOut;
  }

  /** A request for each pair, to be sent when it is its turn. */
  Map<Pair, Supplier<Api.Answer>> all() {
    Map<Pair, Supplier<Api.Answer>> cases = new HashMap<>();
    for (Operation operation : document.operations()) {
      String path = path(operation, KNOWN);
      String sample = OpenApiSamples.first(operation.id());
      String unknown = path + (path.contains("?") ? "&" : "?") + "nobody_knows=1";
      drive(cases, operation, 400, () -> call(api, operation, unknown, sample));
      drive(cases, operation, 401, () -> call(new Api(guarded.url()), operation, path, sample));
      drive(cases, operation, 403, () -> call(without(operation.scope()), operation, path, sample));
      drive(
          cases, operation, 404, () -> call(api, operation, path(operation, waits.key()), sample));
      drive(cases, operation, 405, () -> refused(path));
      drive(cases, operation, 406, () -> inNoSuchType(operation, path, sample));
      if (operation.node().get("responses").has("408")) {
        // All of them at once: each takes its time.
        CompletableFuture<Api.Answer> late =
            CompletableFuture.supplyAsync(() -> unfinished(operation, path), patient);
        drive(cases, operation, 408, late::join);
      }
      drive(cases, operation, 413, () -> tooLong(operation, path));
      drive(cases, operation, 415, () -> text(operation, path, sample));
      drive(cases, operation, 429, () -> tooOften(operation, path, sample));
      drive(cases, operation, 503, () -> call(cutOff, operation, path, sample));
      drive(
          cases,
          operation,
          200,
          () -> call(api, operation, path(operation, ready(operation)), sample));
      Supplier<String> ready = () -> path(operation, ready(operation));
      drive(cases, operation, 409, () -> repeats.inFlight(ready.get(), sample));
      drive(cases, operation, 422, () -> repeats.other(operation, ready));
    }
    exceptions(cases);
    return cases;
  }

  /** What takes more than one request to get to. */
  private void exceptions(Map<Pair, Supplier<Api.Answer>> cases) {
    cases.put(new Pair("listEvents", 200), this::page);
    cases.put(new Pair("registerEvent", 200), () -> registerTwice("{\"event_key\":\"%s\"}"));
    cases.put(new Pair("registerEvent", 201), this::registerWithLink);
    cases.put(
        new Pair("registerEvent", 409),
        () -> registerTwice("{\"event_key\":\"%s\",\"timeout_secs\":7}"));
    cases.put(new Pair("getEvent", 409), () -> api.get(Api.path(waits.ambiguous())));
    cases.put(new Pair("streamEvent", 409), () -> api.get(Api.path(waits.ambiguous()) + "/stream"));
    cases.put(new Pair("cancelEvent", 409), () -> api.delete(Api.path(waits.received())));
    cases.put(
        new Pair("sendEvent", 409),
        () -> api.post(Api.path(waits.received()) + "/send", "{\"payload\":\"another\"}"));
    cases.put(
        new Pair("sendEvent", 422),
        () -> api.post(Api.path(waits.demanding()) + "/send", "{\"payload\":\"no\"}"));
    cases.put(
        new Pair("registerEvent", 422),
        () -> {
          String key = waits.key();
          waits.hold(key);
          return api.post(
              "/v1/events", "{\"event_key\":\"%s\",\"payload_schema\":false}".formatted(key));
        });
    cases.put(
        new Pair("resolveCallback", 422),
        () -> {
          String url = api.post(Api.path(waits.demanding()) + "/callback", "").field("url");
          return api.post(url.substring(url.indexOf("/v1/")), "\"no\"");
        });
    cases.put(
        new Pair("updateEvent", 409),
        () -> api.patch(Api.path(waits.received()), "{\"timeout_secs\":5}"));
    cases.put(new Pair("sendEvent", 202), () -> waits.hold(waits.key()));
    cases.put(new Pair("listHeld", 200), this::heldPage);
    cases.put(new Pair("streamEvent", 204), this::streamWithoutNews);
    cases.put(new Pair("sendEventsByPrefix", 422), this::tooManyForOnePrefix);
    cases.put(
        new Pair("createCallback", 409),
        () -> api.post(Api.path(waits.received()) + "/callback", ""));
    cases.put(new Pair("resolveCallback", 415), this::encoded);
    cases.put(
        new Pair("listDeliveries", 200),
        () -> api.get(Api.path(waits.notified(3)) + "/deliveries?limit=2"));
    cases.put(
        new Pair("listDeliveries", 409),
        () -> api.get(Api.path(waits.ambiguous()) + "/deliveries"));
    cases.put(new Pair("retryDelivery", 200), () -> api.post(waits.failedDelivery(), "{}"));
    cases.put(
        new Pair("retryDelivery", 409),
        () -> api.post(Api.path(waits.ambiguous()) + "/deliveries/" + KNOWN + "/retry", ""));
    cases.put(new Pair("createKey", 201), () -> api.post("/v1/keys", wholeKey()));
    cases.put(new Pair("createKey", 422), this::oneKeyTooMany);
    cases.put(new Pair("listKeys", 200), () -> manage("/v1/keys?limit=2"));
    cases.put(new Pair("listAudit", 200), () -> manage("/v1/audit?limit=2"));
    cases.put(new Pair("listNodes", 503), () -> lockedOut.get("/v1/nodes"));
    cases.put(new Pair("getMe", 503), () -> lockedOut.get("/v1/me"));
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
        ? request
            .header("Content-Type", "application/json")
            .method(operation.method(), BodyPublishers.ofString(body))
        : request.method(operation.method(), BodyPublishers.noBody());
  }

  private static Api.Answer call(Api client, Operation operation, String path, String body) {
    return client.send(request(client, operation, path, body).build());
  }

  private Api.Answer refused(String path) {
    return api.send(api.request(path).method("PUT", BodyPublishers.noBody()).build());
  }

  private Api.Answer inNoSuchType(Operation operation, String path, String body) {
    return api.send(request(api, operation, path, body).header("Accept", "a/b").build());
  }

  private Api.Answer tooLong(Operation operation, String path) {
    return call(api, operation, path, " ".repeat(MAX_BODY_BYTES + 1));
  }

  /** Announces two bytes, and sends one. */
  private Api.Answer unfinished(Operation operation, String path) {
    return impatient
        .send(
            RawHttp.bytes(
                operation.method()
                    + " "
                    + path
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 2\r\n\r\n{"))
        .parsed();
  }

  private Api.Answer text(Operation operation, String path, String body) {
    return api.send(
        api.request(path)
            .header("Content-Type", "text/plain")
            .method(operation.method(), BodyPublishers.ofString(body))
            .build());
  }

  /** What is answered once a limit is exceeded: the first request or two are let in. */
  private Api.Answer tooOften(Operation operation, String path, String body) {
    Api client = with(operation.scope() == null ? Scope.READ : Scope.ofCode(operation.scope()));
    Api.Answer answer = call(client, operation, path, body);
    for (int i = 0; i < MANY && answer.status() != 429; i++) {
      answer = call(client, operation, path, body);
    }
    return answer;
  }

  private Api with(Scope... scopes) {
    return new Api(guarded.url()).with(Keys.of(guarded, "default", scopes));
  }

  private Api without(String scope) {
    return with(
        Arrays.stream(Scope.values()).filter(s -> !s.code().equals(scope)).toArray(Scope[]::new));
  }

  static String path(Operation operation, String key) {
    String path =
        operation
            .path()
            .replaceFirst("\\{[a-zA-Z]+}", Api.encode(key))
            .replaceFirst("\\{[a-zA-Z]+}", KNOWN);
    return operation.id().equals("listEvents") ? path + "?project_id=default" : path;
  }

  /** What that operation succeeds with in its path; a stream of it ends by itself. */
  private String ready(Operation operation) {
    return switch (operation.id()) {
      case "streamEvent" -> waits.received();
      case "showCallback", "resolveCallback" -> waits.token();
      case "deleteHeld" -> waits.hold(waits.key()).field("id");
      case "revokeKey" -> api.post("/v1/keys", wholeKey()).field("id");
      default -> waits.waiting();
    };
  }

  /** What is answered when more match than one prefix send may resolve. */
  Api.Answer tooManyForOnePrefix() {
    String prefix = waits.key() + "/";
    for (int i = 0; i < 3; i++) {
      api.register(prefix + i);
    }
    return api.post("/v1/events/prefix/" + Api.encode(prefix) + "/send", "{}");
  }

  private Api.Answer page() {
    waits.waiting();
    waits.received();
    api.delete(Api.path(waits.waiting()));
    return api.get("/v1/events?project_id=default&limit=2");
  }

  private Api.Answer heldPage() {
    for (int i = 0; i < 3; i++) {
      waits.hold(waits.key());
    }
    return api.get("/v1/held?limit=2");
  }

  private Api.Answer registerWithLink() {
    return api.post(
        "/v1/events", "{\"event_key\":\"%s\",\"callback\":true}".formatted(waits.key()));
  }

  private Api.Answer registerTwice(String second) {
    String key = waits.key();
    api.register(key);
    return api.post("/v1/events", second.formatted(key));
  }

  private Api.Answer streamWithoutNews() {
    String key = waits.received();
    String id;
    try (SseReader stream = SseReader.open(api, key)) {
      id = stream.next().id();
    }
    return api.send(
        api.request(Api.path(key) + "/stream").header("Last-Event-ID", id).GET().build());
  }

  private Api.Answer encoded() {
    return api.send(
        api.request("/v1/callbacks/" + waits.token())
            .header("Content-Encoding", "gzip")
            .POST(BodyPublishers.ofString("any"))
            .build());
  }

  private static String wholeKey() {
    return "{\"name\":\"n\",\"scopes\":[\"admin\",\"events:send\"],\"event_key_prefix\":\"p\","
        + "\"expires_at\":\"2999-01-31T12:00:00.5+01:00\"}";
  }

  private Api.Answer oneKeyTooMany() {
    TestPostgres.execute(
        database,
        "INSERT INTO api_key (id, project_id, secret_hash, scopes, created_by)"
            + " SELECT 'full' || n, 'full', '', '{admin}', 'cli' FROM generate_series(1, "
            + MAX_KEYS
            + ") n");
    return api.post("/v1/keys?project_id=full", "{\"scopes\":[\"admin\"]}");
  }

  /** What an administrator reads after something has been done. */
  private Api.Answer manage(String path) {
    String key = waits.key();
    with(Scope.REGISTER).register(key);
    with(Scope.CANCEL).delete(Api.path(key));
    with(Scope.ADMIN).post("/v1/keys", wholeKey());
    return with(Scope.ADMIN).get(path);
  }
}
