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

  /** How many windows a client may be in debt at most. */
  private static final int MAX_DEBT_WINDOWS = 2;

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

  /** How it would be to take one. */
  synchronized Standing look(String client) {
    return standing(client, System.nanoTime());
  }

  /** Takes a token whether there is one or not; who owes some waits the longer. */
  synchronized void charge(String client) {
    charge(client, System.nanoTime());
  }

  /** As {@link #charge(String)}, at an instant of {@link System#nanoTime}. */
  synchronized void charge(String client, long now) {
    fullAt.put(client, Math.min(full(client, now), now + MAX_DEBT_WINDOWS * windowNanos));
  }

  /** As {@link #take(String)}, at an instant of {@link System#nanoTime}. */
  synchronized Standing take(String client, long now) {
    Standing standing = standing(client, now);
    if (standing.allowed()) {
      fullAt.put(client, full(client, now));
    }
    return standing;
  }

  /** How a client stands that takes one more. */
  private Standing standing(String client, long now) {
    long debt = full(client, now) - now;
    return debt > windowNanos
        ? new Standing(false, 0, secs(debt - windowNanos))
        : new Standing(true, (windowNanos - debt) / intervalNanos, secs(debt));
  }

  /** When the bucket of a client is full that takes one more. */
  private long full(String client, long now) {
    Long known = fullAt.get(client);
    return (known == null || known - now < 0 ? now : known) + intervalNanos;
  }

  private static long secs(long nanos) {
    return (nanos + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1);
  }
}
