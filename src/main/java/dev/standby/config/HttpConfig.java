package dev.standby.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Of the HTTP server.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 for any that is free
 * @param eventLoops how many event loops serve requests
 * @param maxBodyBytes the longest request body
 * @param tls the server's certificate and key
 * @param trustedProxies the proxies that are believed who their client is: addresses, or ranges
 *     like {@code 10.0.0.0/8}
 * @param corsOrigins the origins whose pages may use the API from a browser, {@code *} for all
 * @param limits what connections may take
 */
public record HttpConfig(
    String host,
    int port,
    int eventLoops,
    int maxBodyBytes,
    TlsFiles tls,
    List<String> trustedProxies,
    List<String> corsOrigins,
    ConnectionLimits limits) {
  private static final String TRUSTED_PROXIES = "http.trusted_proxies";

  /** As a browser writes it: no path, no default port, no capitals. */
  private static final Pattern ORIGIN =
      Pattern.compile("\\*|[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

  /** Checks every setting. */
  public HttpConfig {
    Checks.notBlank("http.host", host);
    Checks.range("http.port", port, 0, 65_535);
    Checks.range("http.event_loops", eventLoops, 1, 64);
    Checks.range("http.max_body_bytes", maxBodyBytes, 1024, 64 * 1024 * 1024);
    trustedProxies = List.copyOf(trustedProxies);
    new AddressRanges(TRUSTED_PROXIES, trustedProxies);
    corsOrigins = List.copyOf(corsOrigins);
    for (String origin : corsOrigins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new ConfigException(
            "setting http.cors_origins must list origins like https://app.example or *, not "
                + origin);
      }
    }
  }

  /** The {@link #trustedProxies}, to be asked about addresses. */
  public AddressRanges trusted() {
    return new AddressRanges(TRUSTED_PROXIES, trustedProxies);
  }
}
