package dev.standby.http;

import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** A request's body, as long as it is not too long. */
final class BoundedBody {
  private BoundedBody() {}

  /**
   * The whole body; fails with a {@link Rejection} if it is encoded, or once it is known to exceed
   * {@code maxBytes}.
   */
  static Future<Buffer> read(HttpServerRequest request, int maxBytes) {
    checkEncoding(request);
    Promise<Buffer> promise = Promise.promise();
    if (announced(request) > maxBytes) {
      promise.fail(tooLarge(request, maxBytes));
      return promise.future();
    }
    Buffer body = Buffer.buffer();
    request
        .handler(
            chunk -> {
              if (body.length() + chunk.length() <= maxBytes) {
                body.appendBuffer(chunk);
              } else {
                promise.tryFail(tooLarge(request, maxBytes));
              }
            })
        .endHandler(end -> promise.tryComplete(body))
        .exceptionHandler(
            gone -> promise.tryFail(Rejection.badRequest("The body broke off before its end")));
    return promise.future();
  }

  private static void checkEncoding(HttpServerRequest request) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      // RFC 9110, 8.4 and 15.5.16.
      request.response().putHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
      throw Rejection.of(
          Reason.UNSUPPORTED_MEDIA_TYPE, "The body must not be encoded (Content-Encoding)");
    }
  }

  /**
   * What {@code Content-Length} says; 0 when it is not there, or no number, which the server
   * refuses.
   */
  private static long announced(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null || !length.matches("[0-9]{1,18}") ? 0 : Long.parseLong(length);
  }

  private static Rejection tooLarge(HttpServerRequest request, int maxBytes) {
    if (request.version() != HttpVersion.HTTP_2) {
      // What is still on its way is not read: the connection can't be used for another request.
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    return Rejection.of(
        Reason.PAYLOAD_TOO_LARGE, "The body must not be longer than " + maxBytes + " bytes");
  }
}
