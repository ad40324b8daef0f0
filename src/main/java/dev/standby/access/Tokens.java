package dev.standby.access;

import dev.standby.bus.Access.Grant;
import dev.standby.config.AccessConfig;
import dev.standby.trigger.Principal;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Scope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OIDC tokens: signed by a key of the issuer's JWKS (RFC 7517, RFC 7519). */
final class Tokens {
  private static final Logger log = LoggerFactory.getLogger(Tokens.class);

  /** How often the issuer's keys are read again. */
  private static final long REFRESH_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** How often at most because a token can't be verified: it may be signed with a new key. */
  private static final long IMPATIENT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How often they are tried to be read while there are none. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * Header, claims and signature. The library takes a token of two parts, which nobody has signed,
   * as long as it has no key that it can use.
   */
  private static final Pattern SIGNED =
      Pattern.compile("[0-9A-Za-z_-]+\\.[0-9A-Za-z_-]+\\.[0-9A-Za-z_-]+");

  private static final int LEEWAY_SECS = 30;
  private static final int MAX_NAME_CHARS = 255;

  private final Vertx vertx;
  private final AccessConfig config;
  private final KeySet keySet;

  /** Verifies with the keys that were read last; null until any have been. */
  private JWTAuth verifier;

  /** The last reading, which may not be over yet; null before the first. */
  private Future<JWTAuth> reading;

  private long readNanos;
  private long impatientNanos = System.nanoTime() - IMPATIENT_NANOS;

  Tokens(Vertx vertx, AccessConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.keySet = new KeySet(vertx, config.jwksUrl());
  }

  /** Who comes with that token. */
  Future<Grant> check(String token) {
    if (!SIGNED.matcher(token).matches()) {
      return Future.failedFuture(AccessVerticle.refused());
    }
    if (verifier == null) {
      return read(RETRY_NANOS).compose(keys -> verify(keys, token));
    }
    // Good tokens don't wait for that: an issuer that hangs holds nobody up.
    read(REFRESH_NANOS);
    JWTAuth known = verifier;
    return verify(known, token)
        .recover(
            refused ->
                newer(known)
                    .compose(keys -> verify(keys, token), failure -> Future.failedFuture(refused)));
  }

  /** What verifies with newer keys; fails when there are none, or when they were just asked for. */
  private Future<JWTAuth> newer(JWTAuth known) {
    long now = System.nanoTime();
    if (reading.isComplete() && now - impatientNanos >= IMPATIENT_NANOS) {
      impatientNanos = now;
      read(0);
    }
    return reading.compose(
        keys ->
            keys == known
                ? Future.failedFuture("There are no newer keys")
                : Future.succeededFuture(keys));
  }

  /** Reads the keys, unless that is under way or was begun no longer ago than that. */
  private Future<JWTAuth> read(long pauseNanos) {
    long now = System.nanoTime();
    if (reading == null || (reading.isComplete() && now - readNanos >= pauseNanos)) {
      readNanos = now;
      reading =
          keySet
              .read()
              .map(this::verifier)
              .onSuccess(keys -> verifier = keys)
              .recover(
                  failure -> {
                    log.atWarn()
                        .addKeyValue("url", config.jwksUrl())
                        .addKeyValue("reason", failure.toString())
                        .log("cannot read the JWKS");
                    return Future.failedFuture(
                        Rejection.unavailable("The keys of the issuer can't be read now"));
                  });
    }
    return reading;
  }

  private JWTAuth verifier(List<JsonObject> keys) {
    return JWTAuth.create(
        vertx,
        new JWTAuthOptions()
            .setJwks(keys)
            .setJWTOptions(
                new JWTOptions()
                    .setIssuer(config.issuer())
                    .addAudience(config.audience())
                    .setLeeway(LEEWAY_SECS)));
  }

  private Future<Grant> verify(JWTAuth keys, String token) {
    // The library throws what a claim of a kind that it does not expect makes it throw.
    return Future.succeededFuture(new TokenCredentials(token))
        .compose(keys::authenticate)
        .map(user -> grant(user.attributes().getJsonObject("accessToken")))
        .recover(
            failure -> {
              log.atDebug().addKeyValue("reason", failure.toString()).log("token refused");
              return Future.failedFuture(AccessVerticle.refused());
            });
  }

  private Grant grant(JsonObject claims) {
    // The library checks them if they are there.
    if (!(claims.getValue("exp") instanceof Number expires)
        || !claims.containsKey("iss")
        || !claims.containsKey("aud")
        || !(claims.getValue("sub") instanceof String subject)
        || !usable(subject)
        || !(claims.getValue(config.projectClaim()) instanceof String project)
        || !usable(project)) {
      throw AccessVerticle.refused();
    }
    return new Grant(
        new Principal(
            "oidc:" + subject, project, scopes(claims.getValue(config.scopeClaim())), null),
        Instant.ofEpochSecond(expires.longValue()).plusSeconds(LEEWAY_SECS));
  }

  private static boolean usable(String name) {
    return !name.isEmpty()
        && name.codePointCount(0, name.length()) <= MAX_NAME_CHARS
        && name.chars().noneMatch(c -> c < 0x20 || c == 0x7f)
        // No lone surrogates.
        && StandardCharsets.UTF_8.newEncoder().canEncode(name);
  }

  /** A list of names, or one text of names with spaces between them (RFC 8693, 4.2). */
  private static Set<Scope> scopes(Object claim) {
    if (claim instanceof String text) {
      return Scope.known(Arrays.asList(text.split(" ", -1)));
    }
    if (claim instanceof JsonArray list) {
      return Scope.known(list.stream().map(String::valueOf).toList());
    }
    return Set.of();
  }
}
