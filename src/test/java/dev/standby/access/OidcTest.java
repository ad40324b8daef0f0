package dev.standby.access;

import static dev.standby.access.Issuer.claims;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of an OIDC provider beside API keys. */
@Timeout(60)
class OidcTest {
  private static final String SCOPES = "openid events:read events:register events:send";
  private static final String READ = "/v1/events/stats";

  /** How many seconds past its expiry a token is taken, as clocks differ. */
  private static final int LEEWAY_SECS = 30;

  private static final Map<String, SigningKey> KEYS =
      Map.of(
          "RS256", SigningKey.of("rsa", "RS256"),
          "ES256", SigningKey.of("ec", "ES256"),
          "EdDSA", SigningKey.of("ed", "EdDSA"));
  private static final SigningKey RSA = KEYS.get("RS256");
  private static Issuer issuer;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    issuer = new Issuer();
    JsonObject odd = new JsonObject().put("kty", "EC").put("kid", "odd").put("crv", "P-1024");
    issuer.publish(
        Stream.concat(Stream.of(odd), KEYS.values().stream().map(SigningKey::jwk))
            .toArray(JsonObject[]::new));
    issuer.start();
    node = Nodes.start(TestPostgres.newDatabase(), issuer.environment());
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
    issuer.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
  void shouldAcceptATokenThatAPublishedKeyHasSigned(String algorithm) {
    assertThat(read(KEYS.get(algorithm).sign(claims("shop", SCOPES)))).isEqualTo(200);
  }

  @Test
  void shouldTakeProjectAndSenderFromTheClaims() {
    Api alice = api.with(RSA.sign(claims("claimed \uD83D\uDE80", SCOPES)));

    Api.Answer registered = alice.register("who");
    Api.Answer sent = alice.post("/v1/events/who/send", "{}");

    assertThat(registered.field("project_id")).isEqualTo("claimed \uD83D\uDE80");
    assertThat(sent.field("sent_by")).isEqualTo("oidc:alice");
  }

  @Test
  void shouldTakeScopesThatAreAListOrOneText() {
    String[] scopes = {"openid", "events:read"};

    assertThat(read(RSA.sign(claims("shop", String.join(" ", scopes))))).isEqualTo(200);
    assertThat(
            read(
                RSA.sign(
                    claims("shop", "")
                        .put("scope", new JsonArray().add("openid").add("events:read")))))
        .isEqualTo(200);
  }

  @Test
  void shouldTakeATokenThatIsForOthersAsWell() {
    JsonArray audience = new JsonArray().add("billing").add(Issuer.AUDIENCE);

    assertThat(read(RSA.sign(claims("shop", SCOPES).put("aud", audience)))).isEqualTo(200);
  }

  @Test
  void shouldRefuseWhatTheScopesDoNotName() {
    for (Object scope :
        new Object[] {
          "events:send",
          "",
          "events:READ",
          "events:reader",
          7,
          new JsonObject(),
          new JsonArray().add(1)
        }) {
      Api.Answer answer = api.with(RSA.sign(claims("shop", "").put("scope", scope))).get(READ);

      assertThat(answer.status()).as("scope %s", scope).isEqualTo(403);
      assertThat(answer.field("code")).isEqualTo("forbidden");
    }
    JsonObject without = claims("shop", "");
    without.remove("scope");
    assertThat(read(RSA.sign(without))).isEqualTo(403);
  }

  @Test
  void shouldHideWhatAnotherProjectHas() {
    api.with(RSA.sign(claims("theirs", SCOPES))).register("hidden");
    Api other = api.with(RSA.sign(claims("ours", SCOPES)));

    assertThat(other.get("/v1/events/hidden").status()).isEqualTo(404);
    assertThat(other.get("/v1/events/hidden?project_id=theirs").status()).isEqualTo(403);
    assertThat(other.post("/v1/events/hidden/send", "{}").status()).isEqualTo(404);
  }

  @Test
  void shouldRefuseAnExpiredTokenThatIsRemembered() {
    long expired = Instant.now().getEpochSecond() - LEEWAY_SECS;
    String token = RSA.sign(claims("shop", SCOPES).put("exp", expired + 2));

    assertThat(read(token)).isEqualTo(200);
    Await.until("the token is refused", Duration.ofSeconds(4), () -> read(token) == 401);
    assertThat(Instant.now().getEpochSecond()).isLessThanOrEqualTo(expired + LEEWAY_SECS + 3);
  }

  @Test
  void shouldEndTheStreamsOfAnExpiredToken() {
    long expired = Instant.now().getEpochSecond() - LEEWAY_SECS;
    Api alice = api.with(RSA.sign(claims("shop", SCOPES).put("exp", expired + 2)));
    alice.register("streamed");

    try (SseReader stream = SseReader.open(alice, "streamed")) {
      assertThat(stream.next().status()).isEqualTo("waiting");
      assertThat(stream.next()).isNull();
    }
  }

  @Test
  void shouldTakeOtherClaimsWhenSet() {
    Map<String, String> environment = new LinkedHashMap<>(issuer.environment());
    environment.put("STANDBY_AUTH_PROJECT_CLAIM", "tenant");
    environment.put("STANDBY_AUTH_SCOPE_CLAIM", "https://standby.test/may");
    try (Standby other = Nodes.start(TestPostgres.newDatabase(), environment)) {
      JsonObject claims =
          claims("ignored", "events:purge")
              .put("tenant", "shop")
              .put("https://standby.test/may", SCOPES);

      Api.Answer registered = new Api(other.url()).with(RSA.sign(claims)).register("other-claims");

      assertThat(registered.field("project_id")).isEqualTo("shop");
    }
  }

  @Test
  void shouldPickUpANewKeyAtOnce() {
    SigningKey next = SigningKey.of("next", "ES256");
    try (Issuer rotating = Issuer.publishing(RSA);
        Standby other = Nodes.start(TestPostgres.newDatabase(), rotating.environment())) {
      Api anyone = new Api(other.url());
      assertThat(anyone.with(RSA.sign(claims("shop", SCOPES))).get(READ).status()).isEqualTo(200);

      rotating.publish(RSA, next);

      assertThat(anyone.with(next.sign(claims("shop", SCOPES))).get(READ).status()).isEqualTo(200);
      assertThat(anyone.with(RSA.sign(claims("shop", SCOPES))).get(READ).status()).isEqualTo(200);
    }
  }

  @Test
  void shouldNotAskTheIssuerForEachTokenThatIsWrong() {
    try (Issuer asked = Issuer.publishing(RSA);
        Standby other = Nodes.start(TestPostgres.newDatabase(), asked.environment())) {
      Api anyone = new Api(other.url());

      for (int i = 0; i < 50; i++) {
        anyone.with(RSA.sign(header("RS256", "unknown-" + i), claims("shop", SCOPES))).get(READ);
      }

      assertThat(asked.reads()).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void shouldTakeKeysAloneUntilTheIssuerIsUp() {
    Issuer late = new Issuer();
    late.publish(RSA);
    try (Standby other = Nodes.start(TestPostgres.newDatabase(), late.environment())) {
      Api anyone = new Api(other.url());
      String token = RSA.sign(claims("shop", SCOPES));

      Api.Answer refused = anyone.with(token).get(READ);
      assertThat(refused.status()).as(refused.text()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isNotNull();
      assertThat(anyone.with(Keys.all(other, "shop")).get(READ).status()).isEqualTo(200);

      late.start();
      Await.until(
          "the token is taken",
          Duration.ofSeconds(5),
          () -> anyone.with(token).get(READ).status() == 200);

      late.stop();
      String another = RSA.sign(claims("shop", SCOPES).put("sub", "bob"));
      assertThat(anyone.with(another).get(READ).status()).isEqualTo(200);
    } finally {
      late.close();
    }
  }

  @Test
  void shouldHoldNobodyUpWhenTheIssuerHangs() {
    try (Issuer hanging = Issuer.publishing(RSA);
        Standby other = Nodes.start(TestPostgres.newDatabase(), hanging.environment())) {
      Api anyone = new Api(other.url());
      assertThat(anyone.with(RSA.sign(claims("shop", SCOPES))).get(READ).status()).isEqualTo(200);
      hanging.answer(exchange -> {});
      Api stranger = anyone.with(SigningKey.of("new", "RS256").sign(claims("shop", SCOPES)));
      CompletableFuture<Api.Answer> held = stranger.sendAsync(stranger.request(READ).build());
      Await.until("the issuer hangs", Duration.ofSeconds(5), () -> hanging.reads() == 2);

      String another = RSA.sign(claims("shop", SCOPES).put("sub", "bob"));

      assertThat(anyone.with(another).get(READ).status()).isEqualTo(200);
      assertThat(held).isNotDone();
      hanging.stop();
      assertThat(held.join().status()).isEqualTo(401);
    }
  }

  private static JsonObject header(String algorithm, String keyId) {
    return new JsonObject().put("alg", algorithm).put("kid", keyId);
  }

  private static int read(String token) {
    return api.with(token).get(READ).status();
  }
}
