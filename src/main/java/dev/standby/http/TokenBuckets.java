package dev.standby.http;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A token bucket for each of many clients: so many requests in a window, all at once or spread out.
 * A bucket is one number, the instant at which it will be full again (the generic cell rate
 * algorithm, ITU-T I.371), so that a hundred thousand cost little. May be used from any thread.
 */
final class TokenBuckets {
  /** Of more clients than this the one that was seen longest ago is forgotten. */
  private static final int MAX_CLIENTS = 100_000;

  private final String policy;
  private final int requests;
  private final long windowNanos;
  private final long intervalNanos;
  private final Map<String, Long> fullAt = new Recent<>(MAX_CLIENTS);

  /**
   * How a client's bucket stands.
   *
   * @param allowed whether there was a token
   * @param remaining how many are left
   * @param waitSecs how long until there is one, if there was none; else until the bucket is full
   */
  record Standing(boolean allowed, long remaining, long waitSecs) {}

  /**
   * Buckets of {@code requests} tokens, that take {@code windowSecs} to fill.
   *
   * @param policy what answers call them
   * @param requests 0 for no limit
   */
  TokenBuckets(String policy, int requests, int windowSecs) {
    this.policy = policy;
    this.requests = requests;
    this.windowNanos = TimeUnit.SECONDS.toNanos(windowSecs);
    this.intervalNanos = requests == 0 ? 0 : windowNanos / requests;
  }

  /** Whether there is any limit. */
  boolean limited() {
    return requests > 0;
  }

  /** What the {@code RateLimit-Policy} field says (draft-ietf-httpapi-ratelimit-headers). */
  String policyField() {
    return '"' + policy + "\";q=" + requests + ";w=" + TimeUnit.NANOSECONDS.toSeconds(windowNanos);
  }

  /** What the {@code RateLimit} field says of that standing. */
  String standingField(Standing standing) {
    return '"' + policy + "\";r=" + standing.remaining() + ";t=" + standing.waitSecs();
  }

  /** Takes a token of that client's, if there is one. */
  Standing take(String client) {
    return take(client, System.nanoTime());
  }

  /** Puts a token back that was taken and not used. */
  synchronized void giveBack(String client) {
    fullAt.computeIfPresent(client, (key, full) -> full - intervalNanos);
  }

  /** As {@link #take(String)}, at an instant of {@link System#nanoTime}. */
  synchronized Standing take(String client, long now) {
    Long known = fullAt.get(client);
    long full = (known == null || known - now < 0 ? now : known) + intervalNanos;
    long debt = full - now;
    if (debt > windowNanos) {
      return new Standing(false, 0, secs(debt - windowNanos));
    }
    fullAt.put(client, full);
    return new Standing(true, (windowNanos - debt) / intervalNanos, secs(debt));
  }

  private static long secs(long nanos) {
    return (nanos + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1);
  }
}
