package dev.standby.http;

import dev.standby.config.LimitsConfig;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** The limits that all event loops of a node share. May be used from any thread. */
public final class RateLimits {
  private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
  private static final CharSequence STANDING = HttpHeaders.createOptimized("RateLimit");

  private final TokenBuckets requests;
  private final TokenBuckets callbacks;
  private final TokenBuckets failedLogins;

  /** Limits of those settings. */
  public RateLimits(LimitsConfig config) {
    requests = new TokenBuckets("key", config.keyRequestsPerSec(), 1);
    callbacks = new TokenBuckets("callbacks", config.callbackRequestsPerSec(), 1);
    failedLogins = new TokenBuckets("failed-logins", config.failedLoginsPerMinute(), 60);
  }

  /**
   * Counts a request of somebody who has proved who he is.
   *
   * @throws Rejection with {@link Reason#RATE_LIMITED} if there are too many
   */
  void request(String actor, HttpServerResponse response) {
    if (requests.limited()) {
      tell(requests, requests.take(actor), response);
    }
  }

  /** As {@link #request}, of somebody with a callback link, by the address. */
  void callback(String address, HttpServerResponse response) {
    if (callbacks.limited()) {
      tell(callbacks, callbacks.take(address), response);
    }
  }

  /**
   * Refuses to try credentials of an address from which too many were wrong.
   *
   * @throws Rejection with {@link Reason#RATE_LIMITED}
   */
  void checkLogin(String address, HttpServerResponse response) {
    if (failedLogins.limited()) {
      TokenBuckets.Standing standing = failedLogins.look(address);
      if (!standing.allowed()) {
        tell(failedLogins, standing, response);
      }
    }
  }

  /** Counts credentials that were wrong; those that were tried at once with others as well. */
  void failedLogin(String address) {
    if (failedLogins.limited()) {
      failedLogins.charge(address);
    }
  }

  private static void tell(
      TokenBuckets buckets, TokenBuckets.Standing standing, HttpServerResponse response) {
    response
        .putHeader(POLICY, buckets.policyField())
        .putHeader(STANDING, buckets.standingField(standing));
    if (!standing.allowed()) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(standing.waitSecs()));
      throw Rejection.of(
          Reason.RATE_LIMITED, "Too many requests: come back in " + standing.waitSecs() + " s");
    }
  }
}
