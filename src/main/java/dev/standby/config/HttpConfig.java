package dev.standby.config;

/**
 * Of the HTTP server.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 for any that is free
 * @param eventLoops how many event loops serve requests
 * @param maxBodyBytes the longest request body
 * @param idleTimeoutSecs after how many seconds in which nothing is sent or received, or nothing
 *     acknowledged, a connection is closed
 */
public record HttpConfig(
    String host, int port, int eventLoops, int maxBodyBytes, int idleTimeoutSecs) {
  /** Checks every setting. */
  public HttpConfig {
    Checks.notBlank("http.host", host);
    Checks.range("http.port", port, 0, 65_535);
    Checks.range("http.event_loops", eventLoops, 1, 64);
    Checks.range("http.max_body_bytes", maxBodyBytes, 1024, 64 * 1024 * 1024);
    Checks.range("http.idle_timeout_secs", idleTimeoutSecs, 1, 86_400);
  }
}
