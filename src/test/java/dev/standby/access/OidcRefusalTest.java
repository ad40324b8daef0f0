package dev.standby.access;

import static dev.standby.access.Issuer.claims;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Tokens that are not to be trusted, and what makes them so. */
@Timeout(60)
class OidcRefusalTest {
  private static final String SCOPES = "events:read";
  private static final String READ = "/v1/events/stats";

  /** How many seconds past its expiry a token is taken, as clocks differ. */
  private static final int LEEWAY_SECS = 30;

  private static final byte[] SECRET =
      "a secret of 32 bytes, all told..".getBytes(StandardCharsets.US_ASCII);
  private static final SigningKey RSA = SigningKey.of("rsa", "RS256");
  private static final SigningKey EC = SigningKey.of("ec", "ES256");
  private static Issuer issuer;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    JsonObject symmetric =
        new JsonObject()
            .put("kty", "oct")
            .put("kid", "shared")
            .put("alg", "HS256")
            .put("k", SigningKey.base64(SECRET));
    issuer = new Issuer();
    issuer.publish(RSA.jwk(), EC.jwk(), symmetric);
    issuer.start();
    node = Nodes.start(TestPostgres.newDatabase(), issuer.environment());
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
    issuer.close();
  }

  @TestFactory
  Stream<DynamicTest> shouldRefuseEveryOtherToken() {
    Map<String, String> tokens = new LinkedHashMap<>();
    Map<String, Object> wrong = new LinkedHashMap<>();
    long now = Instant.now().getEpochSecond();
    wrong.put("iss", "https://another.test");
    wrong.put("aud", "billing");
    wrong.put("exp", now - LEEWAY_SECS - 1);
    wrong.put("nbf", now + LEEWAY_SECS + 30);
    wrong.put("iat", now + LEEWAY_SECS + 30);
    wrong.put("sub", "");
    wrong.put("project_id", "");
    wrong.forEach(
        (claim, value) ->
            tokens.put("another " + claim, RSA.sign(claims("shop", SCOPES).put(claim, value))));
    for (String claim : new String[] {"iss", "aud", "exp", "sub", "project_id"}) {
      JsonObject without = claims("shop", SCOPES);
      without.remove(claim);
      tokens.put("no " + claim, RSA.sign(without));
      tokens.put("null as " + claim, RSA.sign(claims("shop", SCOPES).putNull(claim)));
      tokens.put(
          "an object as " + claim,
          RSA.sign(claims("shop", SCOPES).put(claim, new JsonObject().put("a", 1))));
    }
    tokens.put("text as exp", RSA.sign(claims("shop", SCOPES).put("exp", "tomorrow")));
    tokens.put("no audience", RSA.sign(claims("shop", SCOPES).put("aud", new JsonArray())));
    tokens.put("an odd audience", RSA.sign(claims("shop", SCOPES).put("aud", 7)));
    tokens.put("a control character", RSA.sign(claims("shop", SCOPES).put("sub", "a\nb")));
    tokens.put("a long project", RSA.sign(claims("p".repeat(256), SCOPES)));

    String good = RSA.sign(claims("shop", SCOPES));
    int dot = good.lastIndexOf('.');
    char first = good.charAt(dot + 1);
    tokens.put(
        "a changed signature",
        good.substring(0, dot + 1) + (first == 'A' ? 'B' : 'A') + good.substring(dot + 2));
    tokens.put("no signature", good.substring(0, dot));
    tokens.put("an empty signature", good.substring(0, dot + 1));
    String another = RSA.sign(claims("other", SCOPES));
    tokens.put(
        "another's signature",
        good.substring(0, dot) + another.substring(another.lastIndexOf('.')));
    tokens.put(
        "changed claims",
        SigningKey.unsigned(header("RS256", "rsa"), claims("other", SCOPES)) + good.substring(dot));
    SigningKey strange = SigningKey.of("rsa", "RS256");
    tokens.put("another key of that id", strange.sign(claims("shop", SCOPES)));
    tokens.put("an unknown key id", RSA.sign(header("RS256", "unknown"), claims("shop", SCOPES)));
    tokens.put("another key's id", RSA.sign(header("RS256", "ec"), claims("shop", SCOPES)));
    tokens.put("another algorithm's name", RSA.sign(header("ES256", "ec"), claims("shop", SCOPES)));
    tokens.put("an unknown algorithm", RSA.sign(header("XX1", "rsa"), claims("shop", SCOPES)));
    tokens.put(
        "no algorithm", RSA.sign(new JsonObject().put("kid", "rsa"), claims("shop", SCOPES)));
    for (String none : new String[] {"none", "None", "NONE"}) {
      String unsigned = SigningKey.unsigned(header(none, "rsa"), claims("shop", SCOPES));
      tokens.put("alg " + none, unsigned + ".");
      tokens.put("alg " + none + " in two parts", unsigned);
      tokens.put("alg " + none + " with a signature", unsigned + good.substring(dot));
    }
    byte[] der = RSA.pair().getPublic().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der)
            + "\n-----END PUBLIC KEY-----\n";
    tokens.put("the public key as a secret", hmac("rsa", der));
    tokens.put("its PEM as a secret", hmac("rsa", pem.getBytes(StandardCharsets.US_ASCII)));
    tokens.put("its PEM on one line as a secret", hmac("rsa", Base64.getEncoder().encode(der)));
    tokens.put("a symmetric key of the JWKS", hmac("shared", SECRET));
    tokens.put("not JSON", "bm8.bm8.bm8");
    tokens.put("JSON of another kind", "W10.W10.W10");
    tokens.put("not base64", "a!.b!.c!");
    tokens.put("dots", "...");
    tokens.put("nothing between dots", "..");
    tokens.put("many parts", good + ".e30.e30");
    tokens.put("a word", "token");
    tokens.put("a key of its own", strange.sign(strange.jwk(), claims("shop", SCOPES)));
    tokens.put(
        "a key of its own in the header",
        strange.sign(header("RS256", "rsa").put("jwk", strange.jwk()), claims("shop", SCOPES)));
    tokens.put(
        "a certificate of its own",
        strange.sign(
            header("RS256", "rsa").put("x5c", new JsonArray().add("MIIB")),
            claims("shop", SCOPES)));
    tokens.put(
        "deep claims",
        RSA.sign(
            claims("shop", SCOPES)
                .put("sub", Json.decodeValue("[".repeat(900) + "]".repeat(900)))));
    tokens.put(
        "an expiry past all time", RSA.sign(claims("shop", SCOPES).put("exp", Long.MAX_VALUE)));
    return tokens.entrySet().stream()
        .map(
            token ->
                DynamicTest.dynamicTest(
                    token.getKey(),
                    () -> {
                      Api.Answer answer = api.with(token.getValue()).get(READ);

                      assertThat(answer.status()).as(answer.text()).isEqualTo(401);
                      assertThat(answer.field("code")).isEqualTo("authentication_required");
                      assertThat(answer.header("WWW-Authenticate")).contains("invalid_token");
                    }));
  }

  @Test
  void shouldVerifyNothingWithoutAKeyToVerifyItWith() {
    try (Issuer empty = Issuer.publishing();
        Standby other = Nodes.start(TestPostgres.newDatabase(), empty.environment())) {
      Api anyone = new Api(other.url());
      String unsigned = SigningKey.unsigned(header("none", null), claims("shop", SCOPES));

      assertThat(anyone.with(unsigned).get(READ).status()).isNotEqualTo(200);
      assertThat(anyone.with(unsigned + ".").get(READ).status()).isNotEqualTo(200);
      assertThat(anyone.with(RSA.sign(claims("shop", SCOPES))).get(READ).status())
          .isNotEqualTo(200);
    }
  }

  private static JsonObject header(String algorithm, String keyId) {
    return new JsonObject().put("alg", algorithm).put("kid", keyId);
  }

  private static String hmac(String keyId, byte[] secret) {
    return SigningKey.signWithSecret(header("HS256", keyId), claims("shop", SCOPES), secret);
  }
}
