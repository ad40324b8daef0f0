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
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OIDC tokens: signed by a key of the issuer's JWKS (RFC 7517, RFC 7519). */
final class Tokens {
  private static final Logger log = LoggerFactory.getLogger(Tokens.class);

  /** How often the issuer's keys are read again. */
  private static final long REFRESH_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** How often at most, when a token can't be verified: it may be signed with a new key. */
  private static final long IMPATIENT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int LEEWAY_SECS = 30;
  private static final int MAX_SUBJECT_CHARS = 255;

  private final Vertx vertx;
  private final AccessConfig config;
  private final KeySet keySet;
  private Future<JWTAuth> verifier;
  private long readNanos;

  Tokens(Vertx vertx, AccessConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.keySet = new KeySet(vertx, config.jwksUrl());
  }

  /** Who comes with that token. */
  Future<Grant> check(String token) {
    return verifier(REFRESH_NANOS)
        .compose(
            known ->
                verify(known, token)
                    .recover(
                        refused -> {
                          Future<JWTAuth> newer = verifier(IMPATIENT_NANOS);
                          return newer.succeeded() && newer.result() == known
                              ? Future.failedFuture(refused)
                              : newer.compose(keys -> verify(keys, token));
                        }));
  }

  /** What verifies, with keys that were read no longer ago than that, or tried to. */
  private Future<JWTAuth> verifier(long maxAgeNanos) {
    long now = System.nanoTime();
    if (verifier != null && !verifier.failed() && now - readNanos < maxAgeNanos) {
      return verifier;
    }
    Future<JWTAuth> last = verifier;
    readNanos = now;
    verifier =
        keySet
            .read()
            .map(this::verifier)
            .recover(
                failure -> {
                  log.warn("cannot read the JWKS url={}", config.jwksUrl(), failure);
                  return last != null && last.succeeded()
                      ? last
                      : Future.failedFuture(
                          Rejection.unavailable("The keys of the issuer can't be read now"));
                });
    return verifier;
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
    return keys.authenticate(new TokenCredentials(token))
        .map(user -> grant(user.attributes().getJsonObject("accessToken")))
        .recover(
            failure -> {
              log.debug("token refused reason={}", failure.toString());
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
        Instant.ofEpochSecond(expires.longValue()));
  }

  private static boolean usable(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_SUBJECT_CHARS
        && name.chars().noneMatch(c -> c < 0x20 || c == 0x7f || Character.isSurrogate((char) c));
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
