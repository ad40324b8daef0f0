package dev.standby.http;

import dev.standby.bus.Bus;
import dev.standby.bus.Once;
import dev.standby.bus.Once.Done;
import dev.standby.bus.Operation;
import dev.standby.trigger.Command;
import dev.standby.trigger.IdempotencyKey;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** Requests that the client may repeat (contract, section "Safe to repeat"). */
final class Repeats {
  private static final CharSequence KEY = HttpHeaders.createOptimized("Idempotency-Key");
  private static final CharSequence REPLAYED = HttpHeaders.createOptimized("Idempotency-Replayed");
  private static final CharSequence TRUE = HttpHeaders.createOptimized("true");

  private final Bus bus;
  private final Patience patience;

  Repeats(Bus bus, Patience patience) {
    this.bus = bus;
    this.patience = patience;
  }

  /** Asks for a command to be carried out; once, if the client has sent a key. */
  <C extends Command, O extends Outcome> Future<O> request(
      Call call, Operation<C, O> operation, C command) {
    IdempotencyKey key = key(call, command.projectId());
    Future<O> outcome =
        key == null
            ? bus.request(operation, command)
            : outcome(call, bus.request(operation, command, key));
    return patience.until(outcome, operation.timeoutMillis(), call);
  }

  /**
   * The key that the client has sent with a POST; null for none.
   *
   * @param named the project that the request names; null for none
   */
  static IdempotencyKey key(Call call, String named) {
    String text = call.request().getHeader(KEY);
    if (text == null || !call.request().method().equals(HttpMethod.POST)) {
      return null;
    }
    List<String> all = call.request().headers().getAll(KEY);
    if (all.size() > 1) {
      throw Rejection.badRequest("The header Idempotency-Key is given " + all.size() + " times");
    }
    String own = call.principal().projectId();
    return IdempotencyKey.of(text, own == null ? named : own);
  }

  /** The outcome of what is carried out once; the answer says when it is not the first. */
  static <O> Future<O> outcome(Call call, Future<Done<O>> once) {
    return once.compose(
        done -> {
          if (done.replayed()) {
            call.response().putHeader(REPLAYED, TRUE);
          }
          return done.refused() == null
              ? Future.succeededFuture(done.outcome())
              : Future.failedFuture(done.refused());
        },
        failure -> {
          if (Once.isInFlight(failure)) {
            call.response().putHeader(HttpHeaders.RETRY_AFTER, Problems.RETRY_AFTER_SECS);
          }
          return Future.failedFuture(failure);
        });
  }
}
