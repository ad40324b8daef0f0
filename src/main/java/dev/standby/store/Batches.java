package dev.standby.store;

import dev.standby.bus.Bus;
import dev.standby.trigger.Command;
import dev.standby.trigger.Item;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Many commands in one request. Each goes through its lane as if it came alone, and so they share
 * the lane's statements.
 */
final class Batches {
  /** How many are carried out at once: how long their answers are is known only then. */
  private static final int TOGETHER = 250;

  /** Past how many characters of payloads in the answers no more is carried out. */
  private static final long MAX_CHARS = 16 * 1024 * 1024;

  private static final String TOO_LONG =
      "The answers to the items before are too long already; nothing has been done: send it in"
          + " another batch";

  private static final String AFTER_OTHERS =
      "The items before could not be carried out; nothing has been done";

  private Batches() {}

  /**
   * Carries all of them out; each has an answer of its own, in their order. When the answers have
   * become too long, or the store can't serve any more, those that are left are refused. Fails only
   * when none was carried out because the store can't serve now.
   */
  static <C extends Command> Future<Outcome.Batch> all(
      List<Item<C>> items, Function<C, ? extends Future<? extends Outcome>> carryOut) {
    return next(items, new ArrayList<>(items.size()), carryOut)
        .compose(
            results ->
                away(results)
                    ? Future.failedFuture(results.get(0).refused())
                    : Future.succeededFuture(new Outcome.Batch(results)));
  }

  private static <C extends Command> Future<List<Outcome.Result>> next(
      List<Item<C>> items,
      List<Outcome.Result> results,
      Function<C, ? extends Future<? extends Outcome>> carryOut) {
    List<Item<C>> left = items.subList(results.size(), items.size());
    List<Future<Outcome.Result>> together =
        left.stream().limit(TOGETHER).map(item -> one(item, carryOut)).toList();
    return Future.all(together)
        .compose(
            done -> {
              List<Outcome.Result> more = done.list();
              results.addAll(more);
              String why = away(more) ? AFTER_OTHERS : tooLong(results) ? TOO_LONG : null;
              if (why != null) {
                left.stream().skip(more.size()).forEach(item -> results.add(refused(item, why)));
              }
              return results.size() == items.size()
                  ? Future.succeededFuture(results)
                  : next(items, results, carryOut);
            });
  }

  private static Outcome.Result refused(Item<?> item, String why) {
    return refused(item.refused() == null ? Rejection.unavailable(why) : item.refused());
  }

  private static boolean tooLong(List<Outcome.Result> results) {
    return results.stream().mapToLong(Outcome.Result::chars).sum() > MAX_CHARS;
  }

  private static boolean away(List<Outcome.Result> results) {
    return results.stream()
        .allMatch(
            result -> result.refused() != null && result.refused().reason() == Reason.UNAVAILABLE);
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
