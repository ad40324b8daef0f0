package dev.standby.store;

import dev.standby.bus.Bus;
import dev.standby.trigger.Command;
import dev.standby.trigger.Item;
import dev.standby.trigger.Outcome;
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

  /** Carries all of them out; never fails, as each has an answer of its own, in their order. */
  static <C extends Command> Future<Outcome.Batch> all(
      List<Item<C>> items, Function<C, ? extends Future<? extends Outcome>> carryOut) {
    List<Future<Outcome.Result>> results = items.stream().map(item -> one(item, carryOut)).toList();
    return Future.all(results)
        .map(done -> new Outcome.Batch(results.stream().map(Future::result).toList()));
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
