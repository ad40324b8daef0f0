package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what is old from the log of changes, in pieces and away from the hot path. */
final class FeedRetention {
  private static final Logger log = LoggerFactory.getLogger(FeedRetention.class);
  private static final long TICK_MILLIS = TimeUnit.MINUTES.toMillis(1);

  /** How many rows a statement deletes. */
  private static final long PIECE = 1000;

  private final Queries queries;
  private final int hours;
  private boolean busy;

  FeedRetention(Pool pool, int hours) {
    this.queries = new Queries(pool);
    this.hours = hours;
  }

  /** Works from now on, and until {@code vertx} undeploys its verticle. */
  void start(Vertx vertx) {
    vertx.setPeriodic(0, TICK_MILLIS, tick -> run());
  }

  /** First the clock says that it is gone, then it goes: no reader takes it for complete. */
  private void run() {
    if (busy) {
      return;
    }
    busy = true;
    queries
        .run(Sql.FEED_TICK, Tuple.of(hours))
        .compose(ticked -> trim())
        .onComplete(
            done -> {
              busy = false;
              if (done.failed()) {
                log.warn("cannot delete what is old from the log of changes", done.cause());
              }
            });
  }

  private Future<Void> trim() {
    return queries
        .run(Sql.FEED_TRIM, Tuple.of(PIECE))
        .compose(rows -> rows.rowCount() < PIECE ? Future.succeededFuture() : trim());
  }
}
