package dev.standby.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** One context, for what belongs to the store verticle's. */
final class StoreContext {
  private final Context context;

  StoreContext(Vertx vertx) {
    this.context = vertx.getOrCreateContext();
  }

  void run(Runnable work) {
    context.runOnContext(on -> work.run());
  }

  /** Does some work there. */
  <T> Future<T> here(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    run(() -> work.get().onComplete(done));
    return done.future();
  }

  /** A lane's connection, however slow the machine is. */
  static Future<SqlConnection> got(Connection connection) {
    return connection
        .get()
        .recover(
            failure ->
                failure instanceof TimeoutException
                    ? got(connection)
                    : Future.failedFuture(failure));
  }
}
