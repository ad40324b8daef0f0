package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;

/** Deletes what is old from the log of changes, in pieces and away from the hot path. */
final class FeedRetention {
  private static final long TICK_MILLIS = TimeUnit.MINUTES.toMillis(1);

  /** How many rows a statement deletes. */
  private static final long PIECE = 1000;

  private final Queries queries;
  private final int hours;

  FeedRetention(Pooled pool, int hours) {
    this.queries = new Queries(pool);
    this.hours = hours;
  }

  /** Works from now on, and until {@code vertx} undeploys its verticle. */
  void start(Vertx vertx) {
    Chore.every(vertx, 0, TICK_MILLIS, "delete what is old from the log of changes", this::run);
  }

  /** First the clock says that it is gone, then it goes: no reader takes it for complete. */
  private Future<Void> run() {
    return queries
        .run(Sql.FEED_TICK, Tuple.of(hours))
        .compose(ticked -> queries.runInPieces(PIECE, Sql.FEED_TRIM, Tuple.of(PIECE)));
  }
}
