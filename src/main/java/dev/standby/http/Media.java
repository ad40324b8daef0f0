package dev.standby.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;

/** Media types, and what requests say about them. */
final class Media {
  static final String JSON = "application/json";
  static final String PROBLEM = "application/problem+json";
  static final String EVENT_STREAM = "text/event-stream";
  static final String YAML = "application/yaml";
  static final String HTML = "text/html";

  private Media() {}

  /** The {@code Accept} header: several lines are one list (RFC 9110, 5.3); null for none. */
  static String accept(HttpServerRequest request) {
    List<String> lines = request.headers().getAll(HttpHeaders.ACCEPT);
    return lines.isEmpty() ? null : String.join(",", lines);
  }

  /** Whether a request with that {@code Accept} header (null for none) takes {@code type}. */
  static boolean accepts(String accept, String type) {
    return weight(accept, type) > 0;
  }

  /** How much a request with that {@code Accept} header (null for none) wants {@code type}. */
  static double weight(String accept, String type) {
    if (accept == null || accept.equals("*/*") || accept.equals(type)) {
      return 1;
    }
    // RFC 9110, 12.5.1: the most specific range decides, and a weight of 0 excludes.
    int best = -1;
    double weight = 0;
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = range.split(";", -1);
      int precision = precision(parts[0].trim(), type);
      if (precision > best) {
        best = precision;
        weight = weight(parts);
      }
    }
    return weight;
  }

  private static int precision(String range, String type) {
    if (range.equals(type)) {
      return 2;
    }
    String group = type.substring(0, type.indexOf('/') + 1);
    return range.equals(group + "*") ? 1 : range.equals("*/*") ? 0 : -1;
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].trim();
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }

  /** Whether a body with that {@code Content-Type} header (null for none) is JSON in UTF-8. */
  static boolean isJson(String contentType) {
    if (contentType == null) {
      return false;
    }
    if (contentType.equals(JSON)) {
      return true;
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    String type = parts[0].trim();
    boolean json = type.equals(JSON) || (type.startsWith("application/") && type.endsWith("+json"));
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].replace("\"", "").trim();
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return false;
      }
    }
    return json;
  }
}
