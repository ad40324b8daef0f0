package dev.standby.bus;

import dev.standby.trigger.Command;
import dev.standby.trigger.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import java.util.concurrent.TimeUnit;

/**
 * Requests to the nodes of a cluster, of one node after another until one answers. A node that was
 * killed takes its requests with it, and the cluster's list of who answers still names it for a
 * while.
 */
final class Attempts {
  /** How long a node may take for a request that may be repeated. */
  private static final long TIMEOUT_MILLIS = 4000;

  private static final long PAUSE_MILLIS = 200;
  private static final int MAX = 8;

  private final Vertx vertx;

  Attempts(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Asks; fails as the last attempt did. */
  <C extends Command, O extends Outcome> Future<O> request(Operation<C, O> operation, C command) {
    return request(operation, command, MAX);
  }

  private <C extends Command, O extends Outcome> Future<O> request(
      Operation<C, O> operation, C command, int attempts) {
    return once(operation, command)
        .recover(
            failure ->
                attempts > 1 && mayRepeat(operation, command, failure)
                    ? vertx
                        .timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                        .compose(tick -> request(operation, command, attempts - 1))
                    : Future.failedFuture(failure));
  }

  private <C extends Command, O extends Outcome> Future<O> once(
      Operation<C, O> operation, C command) {
    long timeoutMillis = operation.repeatable(command) ? TIMEOUT_MILLIS : operation.timeoutMillis();
    return vertx
        .eventBus()
        .<O>request(
            operation.address(), command, new DeliveryOptions().setSendTimeout(timeoutMillis))
        .map(reply -> operation.outcomeType().cast(reply.body()));
  }

  private static boolean mayRepeat(Operation<?, ?> operation, Command command, Throwable failure) {
    if (!(failure instanceof ReplyException reply)) {
      return false;
    }
    return switch (reply.failureType()) {
      // Nobody got it.
      case NO_HANDLERS -> true;
      case TIMEOUT, ERROR -> operation.repeatable(command);
      case RECIPIENT_FAILURE -> false;
    };
  }
}
