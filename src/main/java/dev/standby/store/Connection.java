package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;

/** One connection that is opened when it is needed, and again after it was lost. */
final class Connection {
  private final Vertx vertx;
  private final PgConnectOptions options;
  private Future<PgConnection> current;

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
    return current.map(connection -> connection);
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
