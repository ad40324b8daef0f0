package dev.standby.http;

import dev.standby.trigger.Origin;
import dev.standby.trigger.Principal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * One request: what it asks for, who asks, and the ways to answer it.
 *
 * @param request as it came
 * @param requestId what answer and log call it
 * @param addresses tells where it comes from
 * @param principal who asks; null until the {@link Gate} has let it in
 * @param origin the same, for the records
 */
record Call(
    HttpServerRequest request,
    String requestId,
    ClientAddress addresses,
    Principal principal,
    Origin origin) {
  static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
  private static final CharSequence JSON = HttpHeaders.createOptimized(Media.JSON);

  /** A call of somebody who is not known yet. */
  static Call of(HttpServerRequest request, ClientAddress addresses) {
    return new Call(request, RequestIds.of(request.getHeader(REQUEST_ID)), addresses, null, null);
  }

  /** The same call, of that one. */
  Call as(Principal who, Origin from) {
    return new Call(request, requestId, addresses, who, from);
  }

  /** The client's address. */
  String address() {
    return addresses.of(request);
  }

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
