package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Keys;
import dev.standby.support.Ledger;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Payloads and secrets are in no log and in neither the audit log nor the table of the keys: each
 * is told apart by its text, and everything that a node says is searched for it.
 */
@Timeout(120)
class SecrecyTest {
  private static final String PAYLOAD = "xPAYLOADx";

  /** All that {@code dev.standby} has to say, and what else is worth a warning. */
  private static final String LOGBACK =
      """
      <configuration>
        <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%level %logger %msg%n</pattern></encoder>
        </appender>
        <logger name="dev.standby" level="TRACE"/>
        <root level="INFO"><appender-ref ref="console"/></root>
      </configuration>
      """;

  /** Bodies that are refused, each at another place. */
  private static final List<String> REFUSED =
      List.of(
          "{\"payload\":\"%s\"",
          "{\"payload\":%s}",
          "{\"payload\":\"%s\\u0000\"}",
          "{\"payload\":\"%s\\ud800\"}",
          "{\"payload\":{\"%s\":1e999999999}}",
          "{\"payload\":" + "[".repeat(8000) + "\"%s\"" + "]".repeat(8000) + "}",
          "{\"payload\":1,\"%s\":2}",
          "{\"payload\":1,\"project_id\":\"\u0007%s\"}",
          "\"%s\"",
          "{\"payload\":\"%s" + "x".repeat(2_000_000) + "\"}");

  private final Set<String> secrets = new TreeSet<>(Set.of(PAYLOAD));
  private Api api;

  @Test
  void shouldTellNobodyPayloadsAndSecrets(@TempDir Path folder) throws IOException {
    String database = TestPostgres.newDatabase();
    SigningKey signing = SigningKey.of("rsa", "RS256");
    String key;
    try (Standby other = Nodes.start(database, Map.of("STANDBY_AUTH", "keys"))) {
      key = secret(Keys.all(other, "shop"));
    }
    Path logback = Files.writeString(folder.resolve("logback.xml"), LOGBACK);
    String output;
    try (Issuer issuer = Issuer.publishing(signing);
        NodeProcess node = start(database, issuer, logback)) {
      api = new Api(node.url()).with(key);
      useEverything();
      useKeys(signing);
      repeat();
      useLinks();
      useWebhooks(issuer);
      refuse();
      breakDown(database);
      node.stop();
      output = node.output();
    }

    assertThat(output).as("it is at this level").contains("DEBUG dev.standby", "ERROR dev.standby");
    Ledger ledger = new Ledger(database);
    String tables =
        String.join("\n", ledger.query("SELECT a::text FROM audit a"))
            + String.join("\n", ledger.query("SELECT k::text FROM api_key k"))
            + String.join(
                "\n",
                ledger.query(
                    "SELECT encode(key_hash, 'escape'), encode(answer, 'escape') FROM idempotency"));
    assertThat(tables).contains("events.send_prefix", "keys.create");
    for (String secret : secrets) {
      assertThat(lines(output, secret)).as("logged: %s", secret).isEmpty();
      assertThat(lines(tables, secret)).as("stored: %s", secret).isEmpty();
    }
  }

  private static NodeProcess start(String database, Issuer issuer, Path logback) {
    Map<String, String> overrides = new HashMap<>(issuer.environment());
    overrides.put("STANDBY_LIMITS_CALLBACK_REQUESTS_PER_SEC", "0");
    overrides.put("STANDBY_WEBHOOKS_ALLOWED_NETWORKS", "127.0.0.1");
    ProcessBuilder command = NodeProcess.command(Nodes.environment(database, overrides));
    command.command().add(1, "-Dlogback.configurationFile=" + logback);
    return NodeProcess.launch(command).awaitReady();
  }

  private void useEverything() {
    register("a/1");
    expect(
        409,
        api.post("/v1/events", "{\"event_key\":\"a/1\",\"request_payload\":\"" + PAYLOAD + "2\"}"));
    expect(200, send("a/1"));
    expect(200, send("a/1"));
    expect(409, api.post("/v1/events/a%2F1/send", "{\"payload\":\"" + PAYLOAD + "2\"}"));
    expect(409, api.delete("/v1/events/a%2F1"));
    register("b");
    try (SseReader stream = SseReader.open(api, "b")) {
      stream.next();
      expect(200, api.delete("/v1/events/b"));
      stream.rest();
    }
    register("p-1");
    register("p-2");
    expect(200, api.post("/v1/events/prefix/p-/send", "{\"payload\":\"" + PAYLOAD + "\"}"));
    expect(200, api.get("/v1/events/p-1"));
    expect(200, api.get("/v1/events"));
    expect(200, api.get("/v1/events/stats"));
    expect(200, api.post("/v1/events/purge", "{\"older_than_days\":1}"));
    expect(200, api.get("/v1/audit"));
  }

  private void useKeys(SigningKey signing) {
    Api.Answer made = api.post("/v1/keys", "{\"scopes\":[\"events:read\"],\"name\":\"test\"}");
    String second = secret(made.field("key"));
    expect(200, api.with(second).get("/v1/events"));
    expect(403, api.with(second).post("/v1/events/b/send", "{}"));
    expect(200, api.get("/v1/keys"));
    expect(200, api.delete("/v1/keys/" + made.field("id")));
    expect(
        401,
        api.with(secret("sb_" + made.field("id") + "_" + "wrong".repeat(8) + "www"))
            .get("/v1/events"));
    expect(401, api.with(secret("sb_malformed_" + PAYLOAD)).get("/v1/events"));
    String token = token(signing.sign(Issuer.claims("shop", "events:read")));
    expect(200, api.with(token).get("/v1/events"));
    expect(
        401,
        api.with(token(SigningKey.of("rsa", "RS256").sign(Issuer.claims("shop", ""))))
            .get("/v1/events"));
    expect(
        401,
        api.with(token(signing.sign(Issuer.claims("shop", "").put("exp", "never"))))
            .get("/v1/events"));
  }

  /** What is asked for twice with an idempotency key, which is a secret as well. */
  private void repeat() {
    String idempotencyKey = "once" + PAYLOAD + "once";
    secrets.add(idempotencyKey);
    for (int i = 0; i < 2; i++) {
      Api.Answer made =
          api.send(
              api.request("/v1/keys")
                  .header("Content-Type", "application/json")
                  .header("Idempotency-Key", idempotencyKey)
                  .POST(BodyPublishers.ofString("{\"scopes\":[\"events:read\"]}"))
                  .build());
      expect(201, made);
      secret(made.field("key"));
    }
  }

  private void useLinks() {
    Api anyone = new Api("");
    for (String type :
        List.of(
            "application/json", "text/plain", "application/x-www-form-urlencoded", "image/png")) {
      register("link");
      String link = link("link");
      expect(200, anyone.get(link));
      for (int status : new int[] {200, 404}) {
        String body = type.endsWith("json") ? Api.quoted(PAYLOAD) : PAYLOAD;
        expect(
            status,
            anyone.send(
                anyone
                    .request(link)
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString(body))
                    .build()));
      }
    }
  }

  /** URLs may hold secrets as well. */
  private void useWebhooks(Issuer issuer) {
    for (int i = 0; i < 2; i++) {
      String secret = api.get("/v1/webhooks/secret").field("secret");
      secrets.add(secret.substring(secret.indexOf('_') + 1));
      expect(200, api.post("/v1/webhooks/secret/rotate", ""));
    }
    for (String url : List.of(issuer.url(), "http://127.0.0.1:9/", "https://127.0.0.1:9/")) {
      String key = "hook " + url;
      expect(
          201,
          api.post(
              "/v1/events",
              "{\"event_key\":\"%s\",\"notify_url\":\"%s?%s\"}".formatted(key, url, PAYLOAD)));
      expect(200, send(key));
      Await.until(
          "the delivery is made, or has failed",
          Duration.ofSeconds(20),
          () -> {
            String delivery = api.get(Api.path(key) + "/deliveries").text();
            return delivery.contains("delivered_at") || delivery.contains("error");
          });
    }
  }

  private void refuse() {
    register("refused");
    String link = link("refused");
    for (String body : REFUSED) {
      String text = body.formatted(PAYLOAD);
      for (String path :
          List.of(
              "/v1/events/refused/send", "/v1/events/prefix/r/send", "/v1/events", "/v1/keys")) {
        assertThat(api.post(path, text).status()).isBetween(400, 422);
      }
    }
    assertThat(new Api("").post(link, PAYLOAD + "{").status()).isEqualTo(400);
  }

  /** What a defect would log, for which the table lacks a column. */
  private void breakDown(String database) {
    register("broken");
    String link = link("broken");
    TestPostgres.execute(
        database, "ALTER TABLE event_trigger RENAME COLUMN response_payload TO gone");
    expect(500, send("broken"));
    expect(500, api.post("/v1/events/prefix/b/send", "{\"payload\":\"" + PAYLOAD + "\"}"));
    expect(
        500,
        api.post("/v1/events", "{\"event_key\":\"c\",\"request_payload\":\"" + PAYLOAD + "\"}"));
    expect(500, new Api("").post(link, Api.quoted(PAYLOAD)));
    expect(500, new Api("").get(link));
  }

  private void register(String key) {
    expect(
        201,
        api.post(
            "/v1/events",
            "{\"event_key\":\"%s\",\"request_payload\":{\"%s\":\"%s\"}}"
                .formatted(key, PAYLOAD, PAYLOAD)));
  }

  private Api.Answer send(String key) {
    return api.post(Api.path(key) + "/send", "{\"payload\":\"" + PAYLOAD + "\"}");
  }

  /** A link for a key, which is a secret from now on. */
  private String link(String key) {
    String link = api.post(Api.path(key) + "/callback", "").field("url");
    secrets.add(link.substring(link.lastIndexOf('/') + 1));
    return link;
  }

  /** An API key, the last part of which is a secret from now on. */
  private String secret(String key) {
    secrets.add(key.split("_", 3)[2]);
    return key;
  }

  /** A token, whose signature is a secret from now on. */
  private String token(String token) {
    secrets.add(token.substring(token.lastIndexOf('.') + 1));
    return token;
  }

  private static void expect(int status, Api.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
  }

  private static List<String> lines(String text, String part) {
    return text.lines().filter(line -> line.contains(part)).toList();
  }
}
