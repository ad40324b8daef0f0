package dev.standby.http;

import static dev.standby.trigger.Status.WAITING;

import dev.standby.bus.Bus;
import dev.standby.trigger.TriggerRef;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.time.Instant;
import java.util.UUID;

/** Whether the node runs, and whether it can serve. */
final class Health {
  private static final long CHECK_TIMEOUT_MILLIS = 2000;

  /** No trigger: looking for it takes a statement that waits behind nobody's request. */
  private static final TriggerRef PROBE =
      new TriggerRef("-", Instant.EPOCH, new UUID(0, 0), WAITING);

  private final HealthChecks checks;
  private volatile boolean stopping;

  Health(Vertx vertx, Bus bus) {
    checks = HealthChecks.create(vertx);
    checks.register(
        "database",
        CHECK_TIMEOUT_MILLIS,
        promise ->
            bus.reread(PROBE)
                .map(none -> Status.OK())
                .recover(away -> Future.succeededFuture(Status.KO()))
                .onComplete(promise));
    checks.register("serving", promise -> promise.complete(stopping ? Status.KO() : Status.OK()));
  }

  /** Whether the node can serve. */
  Future<Boolean> up() {
    return checks.checkStatus().map(CheckResult::isUp);
  }

  /** 200 when the node can serve, 503 when it can't. */
  void ready(Call call) {
    up().onComplete(
            up -> {
              if (!up) {
                call.response().putHeader(HttpHeaders.RETRY_AFTER, Problems.RETRY_AFTER_SECS);
              }
              call.answer(up ? 200 : 503, json(up));
            },
            failure -> Problems.answer(call, failure));
  }

  /** 200 as long as there is somebody to say so. */
  void live(Call call) {
    call.answer(200, json(true));
  }

  /** From now on the node is not ready. */
  void stopping() {
    stopping = true;
  }

  private static String json(boolean up) {
    return new JsonObject().put("status", up ? "UP" : "DOWN").encode();
  }
}
