package dev.standby.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Headers that have browsers take an answer for what it is, and for nothing else. */
final class SecurityHeaders {
  private static final CharSequence CONTENT_TYPE_OPTIONS =
      HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence TRANSPORT_SECURITY =
      HttpHeaders.createOptimized("Strict-Transport-Security");

  /** A year. */
  private static final CharSequence ALWAYS = HttpHeaders.createOptimized("max-age=31536000");

  private SecurityHeaders() {}

  /** Those of every answer. */
  static void ofAnswer(HttpServerResponse response, boolean tls) {
    response.putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF);
    if (tls) {
      response.putHeader(TRANSPORT_SECURITY, ALWAYS);
    }
  }

  /** Those of what is true only now, and maybe not for everybody. */
  static void ofData(HttpServerResponse response) {
    response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
  }

  /** Those of a page, beside its own {@code Content-Security-Policy}. */
  static HttpServerResponse ofPage(HttpServerResponse response, String policy) {
    return response
        .putHeader("Content-Security-Policy", policy + "; frame-ancestors 'none'")
        .putHeader("X-Frame-Options", "DENY")
        .putHeader("Referrer-Policy", "no-referrer");
  }
}
