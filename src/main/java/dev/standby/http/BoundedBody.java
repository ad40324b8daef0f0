package dev.standby.http;

import dev.standby.config.HttpConfig;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.regex.Pattern;

/**
 * Requests' bodies, as long as they are neither too long nor too slow nor too many.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class BoundedBody {
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

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

  /** How much of bodies that have not come whole this event loop may hold. */
  private final long maxUnfinished;

  private long unfinished;

  BoundedBody(Vertx vertx, Deadlines deadlines, HttpConfig config) {
    this.vertx = vertx;
    this.deadlines = deadlines;
    this.maxBytes = config.maxBodyBytes();
    this.timeoutSecs = config.limits().bodyTimeoutSecs();
    this.maxUnfinished =
        Math.max(maxBytes, config.limits().maxUnfinishedBytes() / config.eventLoops());
  }

  /**
   * The whole body; fails with a {@link Rejection} if it is encoded, or once it is known to be too
   * long, is late, or is one too many.
   */
  Future<Buffer> read(HttpServerRequest request) {
    checkEncoding(request);
    if (announced(request) > maxBytes) {
      return Future.failedFuture(refused(request, tooLarge()));
    }
    Reading reading = new Reading(request);
    deadlines.set(reading, timeoutSecs);
    request
        .handler(reading::add)
        .endHandler(end -> reading.complete())
        .exceptionHandler(
            gone -> reading.fail(Rejection.badRequest("The body broke off before its end")));
    return reading.promise.future();
  }

  /** A body that comes; what is to run when it is late. */
  private final class Reading implements Runnable {
    private final HttpServerRequest request;
    private final Promise<Buffer> promise = Promise.promise();

    /** Null when it is over. */
    private Buffer body = Buffer.buffer();

    Reading(HttpServerRequest request) {
      this.request = request;
    }

    void add(Buffer chunk) {
      if (body.length() + chunk.length() > maxBytes) {
        fail(refused(request, tooLarge()));
      } else if (unfinished + chunk.length() > maxUnfinished) {
        fail(refused(request, tooMany()));
      } else {
        body.appendBuffer(chunk);
        unfinished += chunk.length();
      }
    }

    void complete() {
      Buffer whole = body;
      release();
      promise.tryComplete(whole);
    }

    void fail(Rejection why) {
      release();
      promise.tryFail(why);
    }

    @Override
    public void run() {
      fail(
          refused(
              request,
              Rejection.of(
                  Reason.REQUEST_TIMEOUT,
                  "The body has not come within " + timeoutSecs + " seconds")));
    }

    /** More than once does no harm: a connection may break when all has come. */
    private void release() {
      deadlines.clear(this);
      if (body != null) {
        unfinished -= body.length();
        body = null;
      }
    }
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
    return length == null || !LENGTH.matcher(length).matches() ? 0 : Long.parseLong(length);
  }

  private Rejection tooLarge() {
    return Rejection.of(
        Reason.PAYLOAD_TOO_LARGE, "The body must not be longer than " + maxBytes + " bytes");
  }

  private static Rejection tooMany() {
    return Rejection.of(
        Reason.UNAVAILABLE, "Too many bodies are on their way at once; nothing has changed");
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
