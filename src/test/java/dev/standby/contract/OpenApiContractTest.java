package dev.standby.contract;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.OpenApiDocument.Pair;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Set;
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
  private static final String BROWSER = "text/html,application/xhtml+xml";

  private static Standby node;
  private static Standby cutOff;
  private static Standby impatient;
  private static Standby guarded;
  private static Standby lockedOut;
  private static Api api;
  private static Waits waits;
  private static OpenApiCases cases;

  @BeforeAll
  static void start() {
    String database = TestPostgres.newDatabase();
    node =
        Nodes.start(
            database,
            Map.of(
                "STANDBY_DATABASE_PREFIX_LIMIT",
                "2",
                "STANDBY_HTTP_MAX_BODY_BYTES",
                Integer.toString(OpenApiCases.MAX_BODY_BYTES)));
    api = new Api(node.url());
    waits = new Waits(api);
    cutOff = cutOff("none");
    lockedOut = cutOff("keys");
    impatient =
        Nodes.start(TestPostgres.newDatabase(), Map.of("STANDBY_HTTP_BODY_TIMEOUT_SECS", "1"));
    guarded =
        Nodes.start(
            TestPostgres.newDatabase(),
            Map.of(
                "STANDBY_AUTH",
                "keys",
                "STANDBY_LIMITS_KEY_REQUESTS_PER_SEC",
                "1",
                "STANDBY_LIMITS_CALLBACK_REQUESTS_PER_SEC",
                "1",
                "STANDBY_LIMITS_FAILED_LOGINS_PER_MINUTE",
                "0",
                "STANDBY_DATABASE_MAX_WAITING_PER_PROJECT",
                "10"));
    Api unknown = new Api(lockedOut.url()).with("sb_0123456789abcdef_" + "x".repeat(43));
    cases = new OpenApiCases(DOCUMENT, node, waits, database, cutOff, impatient, guarded, unknown);
  }

  private static Standby cutOff(String auth) {
    String database = TestPostgres.newDatabase();
    Standby started =
        Nodes.start(database, Map.of("STANDBY_DATABASE_RETRY_MILLIS", "100", "STANDBY_AUTH", auth));
    new Api(started.url()).register(OpenApiCases.KNOWN);
    String name = database.substring(database.lastIndexOf('/') + 1);
    String server = database.replaceFirst("/[^/]*$", "/postgres");
    TestPostgres.execute(server, "ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
    TestPostgres.execute(
        server,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
    return started;
  }

  @AfterAll
  static void stop() {
    node.close();
    cutOff.close();
    impatient.close();
    guarded.close();
    lockedOut.close();
  }

  @TestFactory
  Stream<DynamicTest> shouldAnswerAsDocumented() {
    return cases.all().entrySet().stream()
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

    assertThat(cases.all().keySet()).isEqualTo(documented);
  }

  @TestFactory
  Stream<DynamicTest> shouldShowExamplesOfWhatIsDocumented() {
    return DOCUMENT.operations().stream()
        .map(
            operation ->
                DynamicTest.dynamicTest(operation.id(), () -> DOCUMENT.checkExamples(operation)));
  }

  @Test
  void shouldShowTheDocumentedTriggerInEveryFrame() {
    String key = waits.waiting();
    try (SseReader stream = SseReader.open(api, key)) {
      DOCUMENT.checkComponent("EventTrigger", stream.next().json());
      api.post(Api.path(key) + "/send", "{\"payload\":null}");
      DOCUMENT.checkComponent("EventTrigger", stream.next().json());
    }
  }

  @Test
  void shouldNameTheTriggerOrTheCountThatTheProblemIsAbout() {
    String key = waits.received();

    Api.Answer conflict = api.delete(Api.path(key));
    Api.Answer tooMany = cases.tooManyForOnePrefix();

    assertThat(conflict.json().at("/trigger/status").asText()).isEqualTo("received");
    assertThat(tooMany.json().path("count").asInt()).isEqualTo(3);
  }

  @Test
  void shouldAnswerAsDocumentedWhenTheEventHasComeBeforeTheWait() {
    String key = waits.key();
    waits.hold(key);

    Api.Answer registered = api.register(key);

    DOCUMENT.check(new Pair("registerEvent", 201), registered);
    assertThat(registered.field("status")).isEqualTo("received");
  }

  @Test
  void shouldRefuseAsDocumentedToHoldTooManyEvents() {
    String key = waits.key();
    Api.Answer answer = waits.hold(key);
    for (int i = 0; i < 100; i++) {
      answer = waits.hold(key);
    }

    DOCUMENT.check(new Pair("sendEvent", 429), answer);
  }

  @Test
  void shouldAnswerBrowsersThatHaveALinkWithPages() {
    String path = "/v1/callbacks/" + waits.token();

    Api.Answer resolved = resolve(path, BROWSER);
    Api.Answer resolvedAgain = resolve(path, BROWSER);
    Api.Answer shown = api.send(api.request(path).header("Accept", BROWSER).GET().build());

    DOCUMENT.check(new Pair("resolveCallback", 200), resolved);
    DOCUMENT.check(new Pair("resolveCallback", 404), resolvedAgain);
    DOCUMENT.check(new Pair("showCallback", 404), shown);
    assertThat(
            Stream.of(resolved, resolvedAgain, shown).map(answer -> answer.header("Content-Type")))
        .allMatch(type -> type.startsWith("text/html"));
  }

  @Test
  void shouldAnswerOthersThatHaveALinkWithJson() {
    String path = "/v1/callbacks/" + waits.token();

    Api.Answer resolved = resolve(path, "application/json, text/html;q=0");

    DOCUMENT.check(new Pair("resolveCallback", 200), resolved);
    assertThat(resolved.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void shouldWantNoProjectFromThoseWhoseKeySaysWhichOne() {
    Api reader = new Api(guarded.url()).with(Keys.of(guarded, "shop", Scope.READ));
    Api.Answer answer = reader.get("/v1/events");

    DOCUMENT.check(new Pair("listEvents", 200), answer);
    DOCUMENT.check(new Pair("listEvents", 400), api.get("/v1/events"));
  }

  @Test
  void shouldRefuseAsDocumentedWhatExceedsTheWaitsOfAProject() {
    Api.Answer answer = null;
    for (int i = 0; i <= 10; i++) {
      // A key of its own for each: none of them comes too often.
      Api client = new Api(guarded.url()).with(Keys.of(guarded, "full", Scope.REGISTER));
      answer = client.register(waits.key());
    }

    DOCUMENT.check(new Pair("registerEvent", 429), answer);
    assertThat(answer.field("detail")).contains("as many waits as it may");
  }

  @Test
  void shouldRefuseAsDocumentedWhoComesWithWrongCredentials() {
    Api.Answer answer = new Api(guarded.url()).with("sb_wrong").get("/v1/keys");

    DOCUMENT.check(new Pair("listKeys", 401), answer);
    assertThat(answer.header("WWW-Authenticate")).contains("invalid_token");
  }

  private static Api.Answer resolve(String path, String accept) {
    return api.send(
        api.request(path).header("Accept", accept).POST(BodyPublishers.ofString("any")).build());
  }
}
