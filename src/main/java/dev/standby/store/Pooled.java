package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Connections for requests, from a pool that is made anew when its server takes no writes. */
final class Pooled {
  private static final int WAIT_SECS = 5;

  private final Vertx vertx;
  private final Servers servers;
  private final PoolOptions options;
  private Pool pool;

  /**
   * So many connections at most, each made when it is needed.
   *
   * @param name what its meters call it
   * @param maxQueued how many requests may wait for one
   */
  Pooled(Vertx vertx, Servers servers, String name, int connections, int maxQueued) {
    this.vertx = vertx;
    this.servers = servers;
    this.options =
        new PoolOptions()
            .setName(name)
            .setMaxSize(connections)
            .setMaxWaitQueueSize(maxQueued)
            .setConnectionTimeout(WAIT_SECS)
            .setConnectionTimeoutUnit(TimeUnit.SECONDS);
    this.pool = open();
    servers.onLeaving(this::renew);
  }

  private Pool open() {
    return PgBuilder.pool().with(options).connectingTo(servers::find).using(vertx).build();
  }

  private void renew() {
    Pool old = pool;
    pool = open();
    old.close();
  }

  /** Does some work on a connection. */
  <T> Future<T> with(Function<SqlConnection, Future<T>> work) {
    return noticing(pool.withConnection(work));
  }

  /** Does some work in a transaction, which is undone when it fails. */
  <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
    return noticing(pool.withTransaction(work));
  }

  private <T> Future<T> noticing(Future<T> work) {
    int epoch = servers.epoch();
    return work.onFailure(
        failure -> {
          if (Failures.readOnly(failure)) {
            servers.leave(epoch);
          }
        });
  }

  Future<Void> close() {
    return pool.close();
  }
}
