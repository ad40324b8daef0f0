package dev.standby.http;

import dev.standby.bus.Bus;
import dev.standby.bus.ProblemJson;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures as answers (contract, section "Errors"). */
final class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  /** When to come back, in seconds: the database is usually back, or the queue shorter, by then. */
  static final String RETRY_AFTER_SECS = "1";

  private static final String CALLBACKS = "/v1/callbacks/";

  private Problems() {}

  /** Answers a call that failed; nothing when it has been answered. */
  static void answer(Call call, Throwable failure) {
    Rejection rejection = Bus.rejection(failure);
    if (rejection.reason() == Reason.INTERNAL_ERROR) {
      log.atError()
          .addKeyValue("request_id", call.requestId())
          .addKeyValue("method", call.request().method().name())
          .addKeyValue("path", path(call.request()))
          .setCause(failure)
          .log("request failed");
    }
    HttpServerResponse response = call.request().response();
    if (response.headWritten() || response.closed()) {
      return;
    }
    boolean later =
        rejection.reason() == Reason.UNAVAILABLE || rejection.reason() == Reason.RATE_LIMITED;
    if (later && !response.headers().contains(HttpHeaders.RETRY_AFTER)) {
      response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECS);
    }
    response
        .putHeader(Call.REQUEST_ID, call.requestId())
        .putHeader(HttpHeaders.CONTENT_TYPE, Media.PROBLEM)
        .setStatusCode(rejection.reason().httpStatus())
        .end(Buffer.buffer(ProblemJson.encode(rejection, call.requestId())));
  }

  /** As the log shows it: without the token of a callback link, which is a secret. */
  private static String path(HttpServerRequest request) {
    String path = request.path();
    return path.startsWith(CALLBACKS) ? CALLBACKS + "…" : path;
  }
}
