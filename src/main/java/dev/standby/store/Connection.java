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

  /** After how long without use it is asked whether it is there, unless that is done anyway. */
  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** How long it may take to say so; a network on the way may have forgotten it. */
  private static final long ANSWER_SECS = 3;

  /** How long it is waited for at once, so that whoever has waited enough can be told. */
  private static final long WAIT_MILLIS = 1000;

  private final Servers servers;
  private final boolean prepares;
  private Future<PgConnection> current;

  /** The check that is under way, or was last. */
  private Future<SqlConnection> checked = Future.succeededFuture();

  private int epoch;
  private long plannedNanos = System.nanoTime();
  private long plansLastNanos = FIRST_PLANS_NANOS;
  private long usedNanos = plannedNanos;

  /**
   * A connection of a lane.
   *
   * @param prepares whether plans are kept on it
   */
  Connection(Servers servers, boolean prepares) {
    this.servers = servers;
    this.prepares = prepares;
    servers.onLeaving(this::leave);
  }

  /** The connection; fails while there is none to be had so far, and the next call tries again. */
  Future<SqlConnection> get() {
    if (current == null || current.failed()) {
      Future<PgConnection> opening = servers.connectForBatches();
      current = opening;
      opening.onSuccess(
          connection -> {
            epoch = servers.epoch();
            usedNanos = System.nanoTime();
            connection.closeHandler(
                closed -> {
                  if (current == opening) {
                    current = null;
                  }
                });
          });
    }
    Future<SqlConnection> got = current.compose(this::check);
    return got.isComplete() ? got : got.timeout(WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Future<SqlConnection> check(PgConnection connection) {
    if (!checked.isComplete()) {
      return checked;
    }
    long now = System.nanoTime();
    boolean idle = now - usedNanos >= IDLE_NANOS;
    usedNanos = now;
    if (prepares && now - plannedNanos >= plansLastNanos) {
      plannedNanos = now;
      plansLastNanos = Math.min(2 * plansLastNanos, LAST_PLANS_NANOS);
      return ask(connection, "DISCARD PLANS");
    }
    return idle ? ask(connection, Sql.PING.text()) : Future.succeededFuture(connection);
  }

  private Future<SqlConnection> ask(PgConnection connection, String statement) {
    checked =
        connection
            .query(statement)
            .execute()
            .timeout(ANSWER_SECS, TimeUnit.SECONDS)
            .<SqlConnection>map(connection)
            .onFailure(failure -> drop(connection, failure));
    return checked;
  }

  /** One that is being opened is to whichever server is used then. */
  private void leave() {
    if (current != null && current.succeeded()) {
      Sockets.end(current.result());
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
    Sockets.end(failed);
  }

  Future<Void> close() {
    Future<PgConnection> closing = current;
    current = null;
    return closing == null || !closing.succeeded()
        ? Future.succeededFuture()
        : closing.result().close();
  }
}
