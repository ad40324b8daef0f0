package dev.standby.bus;

import dev.standby.bus.Once.Done;
import dev.standby.trigger.Command;
import dev.standby.trigger.IdempotencyKey;
import dev.standby.trigger.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/** How requests with an idempotency key, and their answers, travel. */
final class Onces {
  /** The header of a message that is to be carried out once. */
  static final String KEY = "idempotency-key";

  /** The header of a reply that was given before. */
  private static final String REPLAYED = "idempotency-replayed";

  private Onces() {}

  /** Asks this node's store. */
  @SuppressWarnings("unchecked") // Whoever asks knows what is answered.
  static <R> Future<Done<R>> ask(
      Bus bus, Vertx vertx, Object request, IdempotencyKey key, long timeoutMillis) {
    Promise<Done<Object>> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
    bus.passLocally(Addresses.ONCE, new Once(key, request, Fingerprint.of(request), answer));
    return answer
        .future()
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .<Done<R>>map(done -> (Done<R>) (Done<?>) done)
        .recover(failure -> Future.failedFuture(Bus.rejection(failure)));
  }

  /** Asks this node's store for a command to be carried out. */
  static <C extends Command, O extends Outcome> Future<Done<O>> ask(
      Bus bus, Vertx vertx, Operation<C, O> operation, C command, IdempotencyKey key) {
    return Onces.<Object>ask(bus, vertx, command, key, operation.timeoutMillis())
        .map(
            done ->
                new Done<>(
                    operation.outcomeType().cast(done.outcome()), done.refused(), done.replayed()));
  }

  /** Asks for what came with a message; fails if it is refused. */
  static <C extends Command, O extends Outcome> Future<Done<O>> ask(
      Bus bus, Operation<C, O> operation, C command, Message<?> message) {
    String key = message.headers().get(KEY);
    return bus.request(operation, command, IdempotencyKey.of(key, command.projectId()))
        .compose(
            done ->
                done.refused() == null
                    ? Future.succeededFuture(done)
                    : Future.failedFuture(done.refused()));
  }

  /** Replies with an outcome that is encoded already. */
  static void reply(Message<?> message, Done<?> done, Object outcome) {
    DeliveryOptions options = new DeliveryOptions();
    message.reply(outcome, done.replayed() ? options.addHeader(REPLAYED, "true") : options);
  }
}
