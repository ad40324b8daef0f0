package dev.standby.http;

import dev.standby.bus.Access.Grant;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Principal;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Scope;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Lets requests in: finds out who asks, and whether that one may ask for this. What the access room
 * has granted is remembered for a moment, by a digest of the credentials, and asked for again while
 * it is used: a key that is revoked is refused {@value #USABLE_MILLIS} ms later at the latest.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class Gate {
  /** How long a grant is not asked for again. */
  private static final long FRESH_MILLIS = 500;

  /** How long it is used at most, while it is asked for again. */
  private static final long USABLE_MILLIS = 1500;

  private static final int MAX_KNOWN = 10_000;
  private static final CharSequence WWW_AUTHENTICATE =
      HttpHeaders.createOptimized("WWW-Authenticate");
  private static final String SCHEME = "Bearer ";

  /** RFC 6750, 3. */
  private static final String CHALLENGE = "Bearer realm=\"standby\"";

  private static final String CHALLENGE_INVALID = CHALLENGE + ", error=\"invalid_token\"";
  private static final Origin ANONYMOUS = new Origin(Principal.ANONYMOUS.actor(), null, null);

  private final Bus bus;
  private final boolean open;
  private final RateLimits limits;
  private final MessageDigest sha256;
  private final Map<ByteBuffer, Known> known = new Recent<>(MAX_KNOWN);

  /** A gate; {@code open} if everybody may do everything. */
  Gate(Bus bus, boolean open, RateLimits limits) {
    this.bus = bus;
    this.open = open;
    this.limits = limits;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** What is known of some credentials. */
  private static final class Known {
    private Grant grant;
    private long askedNanos;
    private Future<Grant> asking;

    boolean youngerThan(long millis) {
      return grant != null
          && System.nanoTime() - askedNanos < TimeUnit.MILLISECONDS.toNanos(millis)
          && (grant.validUntil() == null || Instant.now().isBefore(grant.validUntil()));
    }
  }

  /**
   * Goes on with a call once it is known who asks, at once or later; or answers why it may not go
   * on.
   *
   * @param scope what that one must be allowed to do; null if everybody may
   */
  void admit(Call call, Scope scope, Handler<Call> next) {
    if (scope == null) {
      enter(call.as(Principal.ANONYMOUS, ANONYMOUS), next);
    } else {
      identify(call, scope, next);
    }
  }

  /** As {@link #admit}, for what anybody may do who has good credentials. */
  void recognize(Call call, Handler<Call> next) {
    identify(call, null, next);
  }

  private void identify(Call call, Scope scope, Handler<Call> next) {
    if (open) {
      enter(call.as(Principal.ANONYMOUS, ANONYMOUS), next);
      return;
    }
    String credentials = credentials(call.request());
    if (credentials == null) {
      call.response().putHeader(WWW_AUTHENTICATE, CHALLENGE);
      throw Rejection.of(
          Reason.AUTHENTICATION_REQUIRED, "Send 'Authorization: Bearer' with an API key");
    }
    ByteBuffer digest = digest(credentials);
    Known entry = known.get(digest);
    if (entry != null && entry.youngerThan(USABLE_MILLIS)) {
      if (!entry.youngerThan(FRESH_MILLIS)) {
        ask(credentials, digest);
      }
      enter(call, entry.grant.principal(), scope, next);
      return;
    }
    if (entry == null) {
      limits.checkLogin(call.address(), call.response());
    }
    // What comes of the body meanwhile must not be dropped.
    call.request().pause();
    ask(credentials, digest)
        .onComplete(
            grant -> {
              call.request().resume();
              enter(call, grant.principal(), scope, next);
            },
            failure -> {
              if (Bus.rejection(failure).reason() == Reason.AUTHENTICATION_REQUIRED) {
                limits.failedLogin(call.address());
                call.response().putHeader(WWW_AUTHENTICATE, CHALLENGE_INVALID);
              }
              call.request().resume();
              Problems.answer(call, failure);
            });
  }

  /** What a request has come with; null for nothing, or when nothing is asked for. */
  String credentials(HttpServerRequest request) {
    String header = open ? null : request.getHeader(HttpHeaders.AUTHORIZATION);
    // The scheme's name is not case-sensitive (RFC 9110, 11.1).
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    String credentials = header.substring(SCHEME.length()).trim();
    return credentials.isEmpty() ? null : credentials;
  }

  /** Whether those credentials, which were good, are still. */
  Future<Grant> check(String credentials) {
    return ask(credentials, digest(credentials));
  }

  private ByteBuffer digest(String credentials) {
    return ByteBuffer.wrap(sha256.digest(credentials.getBytes(StandardCharsets.UTF_8)));
  }

  /** Asks the access room, once for all who wait for the same answer. */
  private Future<Grant> ask(String credentials, ByteBuffer digest) {
    Known entry = known.get(digest);
    if (entry != null && entry.asking != null) {
      return entry.asking;
    }
    Known asked = entry == null ? new Known() : entry;
    long began = System.nanoTime();
    Future<Grant> asking = bus.askLocally(Addresses.AUTHENTICATE, credentials);
    asked.asking = asking;
    if (entry == null) {
      known.put(digest, asked);
    }
    return asking.onComplete(
        grant -> {
          asked.asking = null;
          asked.askedNanos = began;
          asked.grant = grant;
        },
        failure -> {
          asked.asking = null;
          // Wrong credentials are not remembered; a database that is away says nothing of them.
          if (asked.grant == null
              || Bus.rejection(failure).reason() == Reason.AUTHENTICATION_REQUIRED) {
            known.remove(digest);
          }
        });
  }

  private void enter(Call call, Principal principal, Scope scope, Handler<Call> next) {
    try {
      limits.request(principal.actor(), call.request().response());
      if (scope != null) {
        principal.checkScope(scope);
      }
    } catch (Rejection e) {
      Problems.answer(call, e);
      return;
    }
    enter(
        call.as(principal, new Origin(principal.actor(), call.address(), call.requestId())), next);
  }

  private static void enter(Call call, Handler<Call> next) {
    try {
      next.handle(call);
    } catch (RuntimeException e) {
      Problems.answer(call, e);
    }
  }
}
