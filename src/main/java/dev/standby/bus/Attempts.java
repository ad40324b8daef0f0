package dev.standby.bus;

import dev.standby.trigger.Command;
import dev.standby.trigger.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/**
 * Requests to the nodes of a cluster, of one node after another until one answers. A node that was
 * killed takes its requests with it, and the cluster's list of who answers still names it for a
 * while.
 */
final class Attempts {
  /** How long a node may take for a request that may be repeated. */
  private static final long TIMEOUT_MILLIS = 4000;

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int MAX = 8;

  private final Vertx vertx;
  private final long pauseNanos;

  Attempts(Vertx vertx) {
    this(vertx, PAUSE_NANOS);
  }

  /** With that pause between two attempts. */
  Attempts(Vertx vertx, long pauseNanos) {
    this.vertx = vertx;
    this.pauseNanos = pauseNanos;
  }

  /**
   * Asks; fails as the last attempt did.
   *
   * @param key by which the nodes know a request that is repeated; null for none
   */
  <C extends Command, O extends Outcome> Future<O> request(
      Operation<C, O> operation, C command, String key) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(operation.timeoutMillis());
    return new Request<>(operation, command, key, end).send();
  }

  /** One request, whoever it is sent to. */
  private final class Request<C extends Command, O extends Outcome> {
    private final Operation<C, O> operation;
    private final C command;
    private final String key;
    private final long endNanos;
    private final boolean repeatable;
    private final Promise<O> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
    private int left = MAX;

    Request(Operation<C, O> operation, C command, String key, long endNanos) {
      this.operation = operation;
      this.command = command;
      this.key = key;
      this.endNanos = endNanos;
      this.repeatable = key != null || operation.repeatable(command);
    }

    Future<O> send() {
      attempt(once());
      return answer.future();
    }

    // Not composed of one another: the end of thousands of futures overflows the stack.
    private void attempt(Future<O> outcome) {
      outcome.onComplete(
          answer::complete,
          failure -> {
            // A node may still be at an earlier attempt, of which we know no more.
            boolean early =
                Once.isInFlight(Bus.rejection(failure)) && System.nanoTime() - endNanos < 0;
            if (!early && (left == 1 || !mayRepeat(failure))) {
              answer.fail(failure);
              return;
            }
            left -= early ? 0 : 1;
            attempt(vertx.timer(pauseNanos, TimeUnit.NANOSECONDS).compose(tick -> once()));
          });
    }

    private Future<O> once() {
      DeliveryOptions options =
          new DeliveryOptions()
              .setSendTimeout(repeatable ? TIMEOUT_MILLIS : operation.timeoutMillis());
      if (key != null) {
        options.addHeader(Onces.KEY, key);
      }
      return vertx
          .eventBus()
          .<O>request(operation.address(), command, options)
          .map(reply -> operation.outcomeType().cast(reply.body()));
    }

    private boolean mayRepeat(Throwable failure) {
      if (!(failure instanceof ReplyException reply)) {
        return false;
      }
      return switch (reply.failureType()) {
        // Nobody got it.
        case NO_HANDLERS -> true;
        case TIMEOUT, ERROR -> repeatable;
        case RECIPIENT_FAILURE -> false;
      };
    }
  }
}
