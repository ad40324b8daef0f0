package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.TimeUnit;

/** One connection that is opened when it is needed, and again after it was lost. */
final class Connection {
  /**
   * How long plans are used at first that were made for every parameter. One that was made for a
   * table of a few rows reads all of it, and PostgreSQL makes another only when it has new
   * statistics, which for a table that grows from nothing may take minutes.
   */
  private static final long FIRST_PLANS_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Each lasts twice as long as the one before, up to this: a lone request pays for a new one. */
  private static final long LAST_PLANS_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Vertx vertx;
  private final PgConnectOptions options;
  private Future<PgConnection> current;
  private long plannedNanos = System.nanoTime();
  private long plansLastNanos = FIRST_PLANS_NANOS;

  Connection(Vertx vertx, PgConnectOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  /** The connection; fails while there is none to be had, and the next call tries again. */
  Future<SqlConnection> get() {
    if (current == null || current.failed()) {
      Future<PgConnection> opening = PgConnection.connect(vertx, options);
      current = opening;
      opening.onSuccess(
          connection ->
              connection.closeHandler(
                  closed -> {
                    if (current == opening) {
                      current = null;
                    }
                  }));
    }
    return current.compose(this::withFreshPlans);
  }

  private Future<SqlConnection> withFreshPlans(PgConnection connection) {
    long now = System.nanoTime();
    if (now - plannedNanos < plansLastNanos) {
      return Future.succeededFuture(connection);
    }
    plannedNanos = now;
    plansLastNanos = Math.min(2 * plansLastNanos, LAST_PLANS_NANOS);
    return connection.query("DISCARD PLANS").execute().map(connection);
  }

  /** Gives up a connection that has failed; harmless when another has taken its place. */
  void drop(SqlConnection failed) {
    if (current != null && current.succeeded() && current.result() == failed) {
      current = null;
    }
    failed.close();
  }

  Future<Void> close() {
    Future<PgConnection> closing = current;
    current = null;
    return closing == null || !closing.succeeded()
        ? Future.succeededFuture()
        : closing.result().close();
  }
}
