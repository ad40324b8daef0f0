package dev.standby.config;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Of traces.
 *
 * @param endpoint where an OpenTelemetry collector takes OTLP over HTTP; empty for no traces
 * @param headers what it is sent besides, which may be secret
 * @param sampleRatio the share of requests that are recorded, of those that do not say
 */
public record TracingConfig(String endpoint, Map<String, String> headers, double sampleRatio) {
  /** Checks every setting. */
  public TracingConfig {
    if (!endpoint.isEmpty() && !isHttp(endpoint)) {
      throw new ConfigException(
          "setting tracing.otlp_endpoint must be a URL like http://collector:4318, not "
              + endpoint);
    }
    if (!(sampleRatio >= 0 && sampleRatio <= 1)) {
      throw new ConfigException(
          "setting tracing.sample_ratio must be from 0 to 1, not " + sampleRatio);
    }
    headers = Map.copyOf(headers);
  }

  /** Of headers as they are written: {@code name=value} each. */
  static TracingConfig of(String endpoint, List<String> headers, double sampleRatio) {
    Map<String, String> byName = new LinkedHashMap<>();
    for (String header : headers) {
      int end = header.indexOf('=');
      if (end < 1) {
        throw new ConfigException("setting tracing.otlp_headers must be a list of name=value");
      }
      byName.put(header.substring(0, end), header.substring(end + 1));
    }
    return new TracingConfig(endpoint, byName, sampleRatio);
  }

  private static boolean isHttp(String url) {
    try {
      URI uri = URI.create(url);
      return uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether there are traces. */
  public boolean on() {
    return !endpoint.isEmpty();
  }

  /** Leaves the headers out. */
  @Override
  public String toString() {
    return "TracingConfig[endpoint=" + endpoint + ", sampleRatio=" + sampleRatio + "]";
  }
}
