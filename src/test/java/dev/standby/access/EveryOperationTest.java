package dev.standby.access;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.OpenApiDocument;
import dev.standby.contract.OpenApiDocument.Operation;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Every operation with every kind of credentials: a row for each, and an operation without one
 * fails. {@code {key}} stands for a key that waits in the project {@code shop}.
 */
@Timeout(60)
class EveryOperationTest {
  private static final String PROJECT = "shop";
  private static final String PREFIX = "inside/";

  /** 401 whatever is wrong with the credentials; then what may be done with good ones. */
  private static final Map<String, Row> ROWS =
      Map.ofEntries(
          row("listEvents", Scope.READ, "/v1/events?project_id=shop", null, 403, 200, 200),
          row(
              "registerEvent",
              Scope.REGISTER,
              "/v1/events",
              "{\"event_key\":\"{new}\"}",
              201,
              403,
              201),
          row("getEventStats", Scope.READ, "/v1/events/stats?project_id=shop", null, 403, 403, 200),
          row(
              "purgeEvents",
              Scope.PURGE,
              "/v1/events/purge?project_id=shop",
              "{\"older_than_days\":1}",
              403,
              403,
              200),
          row(
              "registerBatch",
              Scope.REGISTER,
              "/v1/batch/register",
              "{\"items\":[{\"event_key\":\"{new}\"}]}",
              200,
              200,
              200),
          row(
              "sendBatch",
              Scope.SEND,
              "/v1/batch/send",
              "{\"items\":[{\"event_key\":\"{key}\"}]}",
              200,
              200,
              200),
          row("getEvent", Scope.READ, "/v1/events/{key}", null, 404, 403, 200),
          row("cancelEvent", Scope.CANCEL, "/v1/events/{key}", null, 404, 403, 200),
          row(
              "updateEvent",
              Scope.REGISTER,
              "/v1/events/{key}",
              "{\"timeout_secs\":60}",
              404,
              403,
              200),
          row("streamEvent", Scope.READ, "/v1/events/{ended}/stream", null, 404, 403, 200),
          row("sendEvent", Scope.SEND, "/v1/events/{key}/send", "{}", 404, 403, 200),
          row(
              "sendEventsByPrefix",
              Scope.SEND,
              "/v1/events/prefix/{key}/send?project_id=shop",
              "{}",
              403,
              403,
              200),
          row("listHeld", Scope.READ, "/v1/held?project_id=shop", null, 403, 200, 200),
          row("deleteHeld", Scope.CANCEL, "/v1/held/{held}", null, 404, 404, 200),
          row("listDeliveries", Scope.READ, "/v1/events/{key}/deliveries", null, 404, 403, 200),
          row(
              "retryDelivery",
              Scope.SEND,
              "/v1/events/{hooked}/deliveries/{delivery}/retry",
              "{}",
              404,
              403,
              200),
          row(
              "showWebhookSecret",
              Scope.ADMIN,
              "/v1/webhooks/secret?project_id=shop",
              null,
              403,
              403,
              200),
          row(
              "rotateWebhookSecret",
              Scope.ADMIN,
              "/v1/webhooks/secret/rotate?project_id=shop",
              "{}",
              403,
              403,
              200),
          row("createCallback", Scope.SEND, "/v1/events/{key}/callback", "", 404, 403, 200),
          row(
              "createKey",
              Scope.ADMIN,
              "/v1/keys?project_id=shop",
              "{\"scopes\":[\"admin\"]}",
              403,
              403,
              201),
          row("listKeys", Scope.ADMIN, "/v1/keys?project_id=shop", null, 403, 403, 200),
          row("revokeKey", Scope.ADMIN, "/v1/keys/{id}", null, 404, 403, 200),
          row("listAudit", Scope.ADMIN, "/v1/audit?project_id=shop", null, 403, 403, 200),
          row("listNodes", Scope.ADMIN, "/v1/nodes", null, 200, 403, 200),
          open("showCallback", "/v1/callbacks/{token}", null),
          open("resolveCallback", "/v1/callbacks/{token}", "{}"),
          Map.entry("getMe", new Row(null, false, "/v1/me", null, 200, 200, 200)),
          open("getConsole", "/", null),
          open("getReadiness", "/health/ready", null),
          open("getLiveness", "/health/live", null),
          open("getOpenApi", "/openapi.yaml", null),
          open("getDocs", "/docs", null));

  private static final AtomicInteger keys = new AtomicInteger();
  private static Standby node;
  private static Api api;
  private static String all;
  private static String revoked;
  private static String expired;
  private static String other;
  private static String confined;

  /**
   * What an operation answers with good credentials.
   *
   * @param scope that it needs; null if it needs none
   * @param open whether it needs no credentials
   * @param body null for none
   */
  private record Row(
      Scope scope,
      boolean open,
      String path,
      String body,
      int otherProject,
      int outsidePrefix,
      int right) {}

  private static Map.Entry<String, Row> row(
      String id, Scope scope, String path, String body, int other, int outside, int right) {
    return Map.entry(id, new Row(scope, false, path, body, other, outside, right));
  }

  private static Map.Entry<String, Row> open(String id, String path, String body) {
    return Map.entry(id, new Row(null, true, path, body, 200, 200, 200));
  }

  @BeforeAll
  static void start() {
    node =
        Nodes.start(
            TestPostgres.newDatabase(),
            Map.of(
                "STANDBY_AUTH",
                "keys",
                "STANDBY_LIMITS_FAILED_LOGINS_PER_MINUTE",
                "0",
                "STANDBY_LIMITS_CALLBACK_REQUESTS_PER_SEC",
                "0"));
    api = new Api(node.url());
    all = Keys.all(node, PROJECT);
    other = Keys.all(node, "other");
    confined = Keys.confined(node, PROJECT, PREFIX);
    revoked = Keys.all(node, PROJECT);
    Keys.revoke(node, revoked);
    expired = Keys.lasting(node, PROJECT, 1500);
    Await.until(
        "the key has expired",
        Duration.ofSeconds(10),
        () -> api.with(expired).get("/v1/events/stats").status() == 401);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldHaveARowForEveryOperation() {
    assertThat(ROWS.keySet())
        .isEqualTo(new OpenApiDocument().operations().stream().map(Operation::id).collect(toSet()));
  }

  @TestFactory
  Stream<DynamicTest> shouldAnswerAsTheCredentialsAllow() {
    return new OpenApiDocument()
        .operations().stream()
            .filter(operation -> ROWS.containsKey(operation.id()))
            .flatMap(operation -> cases(operation, ROWS.get(operation.id())));
  }

  private static Stream<DynamicTest> cases(Operation operation, Row row) {
    int refused = row.open() ? row.right() : 401;
    return Stream.of(
        answers(operation, row, "no key", null, refused),
        answers(operation, row, "a malformed key", "sb_nothing", refused),
        answers(operation, row, "another kind of token", "e30.e30.e30", refused),
        answers(
            operation,
            row,
            "a wrong secret",
            all.substring(0, all.length() - 1) + (all.endsWith("A") ? "B" : "A"),
            refused),
        answers(operation, row, "an unknown id", "sb_0123456789abcdef_" + "x".repeat(43), refused),
        answers(operation, row, "a revoked key", revoked, refused),
        answers(operation, row, "an expired key", expired, refused),
        answers(
            operation,
            row,
            "every scope but one",
            without(row.scope()),
            row.scope() == null ? row.right() : 403),
        answers(operation, row, "another project's key", other, row.otherProject()),
        answers(operation, row, "a key for other event keys", confined, row.outsidePrefix()),
        answers(operation, row, "a key for the scope", with(row.scope()), row.right()),
        answers(operation, row, "a key for everything", all, row.right()));
  }

  private static String without(Scope scope) {
    return Keys.of(
        node, PROJECT, Arrays.stream(Scope.values()).filter(s -> s != scope).toArray(Scope[]::new));
  }

  private static String with(Scope scope) {
    return Keys.of(node, PROJECT, scope == null ? Scope.READ : scope);
  }

  private static DynamicTest answers(
      Operation operation, Row row, String name, String credentials, int status) {
    return DynamicTest.dynamicTest(
        operation.id() + " with " + name + ": " + status,
        () -> {
          Api.Answer answer = call(operation, row, credentials);

          assertThat(answer.status()).as(answer.text()).isEqualTo(status);
          if (status == 401) {
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer ");
            assertThat(answer.field("code")).isEqualTo("authentication_required");
          }
          if (status >= 400) {
            assertThat(answer.text()).doesNotContain("\"trigger\"", "secret-of-shop");
          }
        });
  }

  private static Api.Answer call(Operation operation, Row row, String credentials) {
    String path = filled(row.path());
    Api client = api.with(credentials);
    return client.send(
        row.body() == null
            ? client.request(path).method(operation.method(), BodyPublishers.noBody()).build()
            : client
                .request(path)
                .header("Content-Type", "application/json")
                .method(operation.method(), BodyPublishers.ofString(filled(row.body())))
                .build());
  }

  private static String filled(String text) {
    String filled = text.replace("{new}", "key-" + keys.incrementAndGet());
    if (filled.contains("{key}")) {
      filled = filled.replace("{key}", waiting());
    }
    if (filled.contains("{ended}")) {
      String key = waiting();
      api.with(all).delete(Api.path(key));
      filled = filled.replace("{ended}", key);
    }
    if (filled.contains("{id}")) {
      filled = filled.replace("{id}", Keys.id(Keys.of(node, PROJECT, Scope.READ)));
    }
    if (filled.contains("{held}")) {
      String key = Api.path("key-" + keys.incrementAndGet());
      Api.Answer held = api.with(all).post(key + "/send", "{\"hold_secs\":60}");
      filled = filled.replace("{held}", held.field("id"));
    }
    if (filled.contains("{hooked}")) {
      filled = hooked(filled);
    }
    if (filled.contains("{token}")) {
      String url = api.with(all).post(Api.path(waiting()) + "/callback", "").field("url");
      filled = filled.replace("{token}", List.of(url.split("/", -1)).get(5));
    }
    return filled;
  }

  /** With a key whose delivery has failed once: a node calls nothing on its own machine. */
  private static String hooked(String text) {
    String key = "key-" + keys.incrementAndGet();
    api.with(all)
        .post(
            "/v1/events",
            "{\"event_key\":\"%s\",\"notify_url\":\"http://127.0.0.1:9/\"}".formatted(key));
    api.with(all).delete(Api.path(key));
    String path = Api.path(key) + "/deliveries";
    Await.until(
        "the delivery has failed",
        Duration.ofSeconds(10),
        () -> api.with(all).get(path).json().at("/data/0").has("error"));
    String id = api.with(all).get(path).json().at("/data/0/id").asText();
    return text.replace("{hooked}", key).replace("{delivery}", id);
  }

  private static String waiting() {
    String key = "key-" + keys.incrementAndGet();
    api.with(all)
        .post(
            "/v1/events",
            "{\"event_key\":\"%s\",\"request_payload\":\"secret-of-shop\"}".formatted(key));
    return key;
  }
}
