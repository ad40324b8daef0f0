package dev.standby.http;

import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** Requests' bodies, as long as they are neither too long nor too slow. */
final class BoundedBody {
  /** How long a client whose body is refused has to read why, in milliseconds. */
  private static final long LINGER_MILLIS = 2000;

  /** How much of it is read meanwhile: many read the answer only when they have sent all. */
  private static final int LINGER_BYTES = 16 * 1024 * 1024;

  /** What HTTP/2 calls the end of a stream without a fault (RFC 9113, 8.1). */
  private static final long NO_ERROR = 0;

  private final Vertx vertx;
  private final Deadlines deadlines;
  private final int maxBytes;
  private final int timeoutSecs;

  BoundedBody(Vertx vertx, Deadlines deadlines, int maxBytes, int timeoutSecs) {
    this.vertx = vertx;
    this.deadlines = deadlines;
    this.maxBytes = maxBytes;
    this.timeoutSecs = timeoutSecs;
  }

  /** The whole body; fails with a {@link Rejection} once it is known to be too long, or is late. */
  Future<Buffer> read(HttpServerRequest request) {
    Promise<Buffer> promise = Promise.promise();
    if (announced(request) > maxBytes) {
      promise.fail(tooLarge(request));
      return promise.future();
    }
    Buffer body = Buffer.buffer();
    Runnable late =
        () ->
            promise.tryFail(
                refused(
                    request,
                    Rejection.of(
                        Reason.REQUEST_TIMEOUT,
                        "The body has not come within " + timeoutSecs + " seconds")));
    deadlines.set(late, timeoutSecs);
    request
        .handler(
            chunk -> {
              if (body.length() + chunk.length() <= maxBytes) {
                body.appendBuffer(chunk);
              } else {
                deadlines.clear(late);
                promise.tryFail(tooLarge(request));
              }
            })
        .endHandler(
            end -> {
              deadlines.clear(late);
              promise.tryComplete(body);
            })
        .exceptionHandler(
            gone -> {
              deadlines.clear(late);
              promise.tryFail(Rejection.badRequest("The body broke off before its end"));
            });
    return promise.future();
  }

  /**
   * What {@code Content-Length} says; 0 when it is not there, or no number, which the server
   * refuses.
   */
  private static long announced(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null || !length.matches("[0-9]{1,18}") ? 0 : Long.parseLong(length);
  }

  private Rejection tooLarge(HttpServerRequest request) {
    return refused(
        request,
        Rejection.of(
            Reason.PAYLOAD_TOO_LARGE, "The body must not be longer than " + maxBytes + " bytes"));
  }

  /** Lets the client read why, while what it still sends is thrown away, and then cuts it off. */
  private Rejection refused(HttpServerRequest request, Rejection why) {
    boolean http2 = request.version() == HttpVersion.HTTP_2;
    if (!http2) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    int[] left = {LINGER_BYTES};
    request.handler(
        chunk -> {
          left[0] -= chunk.length();
          if (left[0] < 0) {
            request.pause();
          }
        });
    vertx.setTimer(
        LINGER_MILLIS,
        timer -> {
          if (!http2) {
            request.connection().close();
          } else if (!request.isEnded()) {
            request.response().reset(NO_ERROR);
          }
        });
    return why;
  }
}
