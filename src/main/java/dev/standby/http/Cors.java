package dev.standby.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lets pages of other origins use the API from a browser (the Fetch standard, "CORS protocol"). No
 * credentials: a browser adds no cookie and no certificate to what it sends.
 *
 * <p>Vert.x's {@code CorsHandler} needs a router, and has one list of methods for all paths; paths
 * here are matched by hand, and each knows its methods.
 */
final class Cors {
  private static final String ANY = "*";
  private static final String MAX_AGE_SECS = "7200";
  private static final String REQUEST_HEADERS =
      "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Prefer, X-Request-Id";
  private static final CharSequence RESPONSE_HEADERS =
      HttpHeaders.createOptimized(
          "Idempotency-Replayed, Location, Preference-Applied, RateLimit, RateLimit-Policy,"
              + " Retry-After, X-Request-Id");
  private static final CharSequence VARY = HttpHeaders.createOptimized("Vary");
  private static final CharSequence ORIGIN = HttpHeaders.createOptimized("Origin");

  private final Set<String> origins;
  private final boolean anyOrigin;
  private final Predicate<String> openToAll;

  /**
   * CORS for those origins.
   *
   * @param origins as a browser writes them, {@code *} for all
   * @param openToAll which paths pages of every origin may use
   */
  Cors(List<String> origins, Predicate<String> openToAll) {
    this.origins = Set.copyOf(origins);
    this.anyOrigin = origins.contains(ANY);
    this.openToAll = openToAll;
  }

  /** Adds what the browser must know to the answer; true if that is all that was asked for. */
  boolean answered(HttpServerRequest request) {
    boolean open = anyOrigin || openToAll.test(request.path());
    if (!open && origins.isEmpty()) {
      return false;
    }
    HttpServerResponse response = request.response();
    if (!open) {
      // Also without an origin: a cache must not give that answer to a page.
      response.putHeader(VARY, ORIGIN);
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || !(open || origins.contains(origin))) {
      return false;
    }
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, open ? ANY : origin);
    if (HttpMethod.OPTIONS.equals(request.method())
        && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
      return preflight(request);
    }
    response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
    return false;
  }

  private static boolean preflight(HttpServerRequest request) {
    Operations.Match match = Operations.match(request.path());
    if (match.candidates().isEmpty()) {
      return false;
    }
    request
        .response()
        .putHeader(Call.REQUEST_ID, RequestIds.of(request.getHeader(Call.REQUEST_ID)))
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, match.allow())
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
        .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECS)
        .setStatusCode(204)
        .end();
    return true;
  }
}
