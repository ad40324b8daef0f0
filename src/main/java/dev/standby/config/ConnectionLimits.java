package dev.standby.config;

/**
 * What connections of the HTTP server may take.
 *
 * @param idleTimeoutSecs after how many seconds in which nothing is sent or received, or nothing
 *     acknowledged, a connection is closed; but not one that waits for what it has asked of events
 * @param headerTimeoutSecs how long a request may take from its first byte to the end of its
 *     headers
 * @param bodyTimeoutSecs how long its body may take after that
 * @param maxUnfinishedBytes how much of bodies that have not come whole is held, of all connections
 * @param maxConnections how many there are at once
 * @param maxPerAddress how many of them from one client; 0 for no limit
 */
public record ConnectionLimits(
    int idleTimeoutSecs,
    int headerTimeoutSecs,
    int bodyTimeoutSecs,
    int maxUnfinishedBytes,
    int maxConnections,
    int maxPerAddress) {
  /** Checks every setting. */
  public ConnectionLimits {
    Checks.range("http.idle_timeout_secs", idleTimeoutSecs, 1, 86_400);
    Checks.range("http.header_timeout_secs", headerTimeoutSecs, 1, 3600);
    Checks.range("http.body_timeout_secs", bodyTimeoutSecs, 1, 3600);
    Checks.range("http.max_unfinished_bytes", maxUnfinishedBytes, 1024, Integer.MAX_VALUE);
    Checks.range("http.max_connections", maxConnections, 1, 1_000_000);
    Checks.range("http.max_connections_per_address", maxPerAddress, 0, 1_000_000);
  }
}
