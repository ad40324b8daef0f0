package dev.standby.store;

import dev.standby.bus.Bus;
import dev.standby.trigger.Command;
import dev.standby.trigger.Item;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/**
 * Many commands in one request. Each goes through its lane as if it came alone, and so they share
 * the lane's statements.
 */
final class Batches {
  private Batches() {}

  /**
   * Carries all of them out; each has an answer of its own, in their order. Fails only when none
   * was carried out because the store can't serve now.
   */
  static <C extends Command> Future<Outcome.Batch> all(
      List<Item<C>> items, Function<C, ? extends Future<? extends Outcome>> carryOut) {
    List<Future<Outcome.Result>> results = items.stream().map(item -> one(item, carryOut)).toList();
    return Future.all(results)
        .compose(done -> together(results.stream().map(Future::result).toList()));
  }

  private static Future<Outcome.Batch> together(List<Outcome.Result> results) {
    boolean away =
        results.stream()
            .allMatch(
                result ->
                    result.refused() != null && result.refused().reason() == Reason.UNAVAILABLE);
    return away
        ? Future.failedFuture(results.get(0).refused())
        : Future.succeededFuture(new Outcome.Batch(results));
  }

  private static <C extends Command> Future<Outcome.Result> one(
      Item<C> item, Function<C, ? extends Future<? extends Outcome>> carryOut) {
    if (item.refused() != null) {
      return Future.succeededFuture(refused(item.refused()));
    }
    return carryOut
        .apply(item.command())
        .map(Batches::done)
        .otherwise(failure -> refused(Bus.rejection(failure)));
  }

  private static Outcome.Result done(Outcome outcome) {
    int status =
        outcome instanceof Outcome.Registered registered && registered.created()
            ? 201
            : outcome instanceof Outcome.Held ? 202 : 200;
    return new Outcome.Result(status, outcome, null);
  }

  private static Outcome.Result refused(Rejection why) {
    return new Outcome.Result(why.reason().httpStatus(), null, why);
  }
}
