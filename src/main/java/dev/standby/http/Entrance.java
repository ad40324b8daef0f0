package dev.standby.http;

import dev.standby.config.HttpConfig;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** Where every request comes in: what holds for all answers, and for pages of other origins. */
final class Entrance {
  private static final String CALLBACKS = "/v1/callbacks/";

  private final boolean tls;
  private final Cors cors;
  private final Handler<HttpServerRequest> next;

  /** {@code next} gets what is to be answered. */
  Entrance(HttpConfig config, Handler<HttpServerRequest> next) {
    this.tls = config.tls().given();
    this.cors = new Cors(config.corsOrigins(), path -> path.startsWith(CALLBACKS));
    this.next = next;
  }

  /** Takes a request. */
  void enter(HttpServerRequest request) {
    SecurityHeaders.ofAnswer(request.response(), tls);
    if (!Docs.isFile(request.path())) {
      SecurityHeaders.ofData(request.response());
    }
    if (!cors.answered(request)) {
      next.handle(request);
    }
  }

  /** Refuses what is hardly HTTP. */
  void refuse(HttpServerRequest request) {
    SecurityHeaders.ofAnswer(request.response(), tls);
    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
  }
}
