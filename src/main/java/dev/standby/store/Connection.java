package dev.standby.store;

import io.vertx.core.Future;
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

  private final Servers servers;
  private final boolean prepares;
  private Future<PgConnection> current;
  private int epoch;
  private long plannedNanos = System.nanoTime();
  private long plansLastNanos = FIRST_PLANS_NANOS;

  /**
   * A connection of a lane.
   *
   * @param prepares whether plans are kept on it
   */
  Connection(Servers servers, boolean prepares) {
    this.servers = servers;
    this.prepares = prepares;
  }

  /** The connection; fails while there is none to be had, and the next call tries again. */
  Future<SqlConnection> get() {
    if (epoch != servers.epoch()) {
      giveUp();
    }
    if (current == null || current.failed()) {
      epoch = servers.epoch();
      Future<PgConnection> opening = servers.connectForBatches();
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
    if (!prepares || now - plannedNanos < plansLastNanos) {
      return Future.succeededFuture(connection);
    }
    plannedNanos = now;
    plansLastNanos = Math.min(2 * plansLastNanos, LAST_PLANS_NANOS);
    return connection.query("DISCARD PLANS").execute().map(connection);
  }

  private void giveUp() {
    if (current != null) {
      current.onSuccess(PgConnection::close);
      current = null;
    }
  }

  /** Gives up a connection that has failed; harmless when another has taken its place. */
  void drop(SqlConnection failed, Throwable failure) {
    if (current != null && current.succeeded() && current.result() == failed) {
      current = null;
      // One that fails late may be of a server that has been left already.
      if (Failures.readOnly(failure)) {
        servers.leave(epoch);
      }
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
