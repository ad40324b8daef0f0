package dev.standby.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * One request: what it asks for, and the ways to answer it.
 *
 * @param request as it came
 * @param requestId what answer and log call it
 */
record Call(HttpServerRequest request, String requestId) {
  static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
  private static final CharSequence JSON = HttpHeaders.createOptimized(Media.JSON);

  /** Answers with JSON. */
  void answer(int status, String json) {
    answer(status, Buffer.buffer(json));
  }

  /** Answers with JSON that is written already. */
  void answer(int status, Buffer json) {
    Slices.end(response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, JSON), json);
  }

  /** The response, with the request's id; nothing when the client has gone is harmless. */
  HttpServerResponse response() {
    return request.response().putHeader(REQUEST_ID, requestId);
  }
}
