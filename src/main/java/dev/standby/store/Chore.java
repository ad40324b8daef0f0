package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done every so often, away from the hot path, and never twice at once. */
final class Chore {
  private static final Logger log = LoggerFactory.getLogger(Chore.class);

  private final String what;
  private final Supplier<Future<Void>> work;
  private boolean busy;

  private Chore(String what, Supplier<Future<Void>> work) {
    this.what = what;
    this.work = work;
  }

  /**
   * Does it from now on, and until {@code vertx} undeploys its verticle.
   *
   * @param firstMillis when for the first time; 0 for at once
   * @param millis how often
   * @param what it is, as the log says it when it fails
   */
  static void every(
      Vertx vertx, long firstMillis, long millis, String what, Supplier<Future<Void>> work) {
    Chore chore = new Chore(what, work);
    vertx.setPeriodic(firstMillis, millis, tick -> chore.run());
  }

  private void run() {
    if (busy) {
      return;
    }
    busy = true;
    work.get()
        .onFailure(
            failure -> {
              if (!Queries.stopping(failure)) {
                log.atWarn().setCause(failure).log("cannot " + what);
              }
            })
        .onComplete(done -> busy = false);
  }

  /** Does pieces of {@code size}, until one is smaller; {@code piece} gives how large it was. */
  static Future<Void> inPieces(long size, Supplier<Future<Integer>> piece) {
    Promise<Void> all = Promise.promise();
    next(size, piece, all);
    return all.future();
  }

  // Not composed of one another: the end of thousands of futures overflows the stack.
  private static void next(long size, Supplier<Future<Integer>> piece, Promise<Void> all) {
    piece
        .get()
        .onFailure(all::fail)
        .onSuccess(
            done -> {
              if (done < size) {
                all.complete();
              } else {
                next(size, piece, all);
              }
            });
  }
}
