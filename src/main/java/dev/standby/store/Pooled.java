package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Connections for requests, from a pool that is made anew when its server is left. */
final class Pooled {
  private static final int WAIT_SECS = 5;

  /**
   * For how long one is kept that nobody uses: networks forget those that are silent for longer.
   */
  private static final int IDLE_SECS = 120;

  private static final int IDLE_CHECK_MILLIS = 10_000;

  private final Vertx vertx;
  private final Servers servers;
  private final PoolOptions options;
  private final StoreMeters.PoolMeters meters;
  private Pool pool;
  private Sockets sockets;
  private boolean closed;

  /**
   * So many connections at most, each made when it is needed.
   *
   * @param name what its meters call it
   * @param maxQueued how many requests may wait for one
   */
  Pooled(
      Vertx vertx,
      Servers servers,
      String name,
      int connections,
      int maxQueued,
      StoreMeters meters) {
    this.vertx = vertx;
    this.servers = servers;
    this.options =
        new PoolOptions()
            .setName(name)
            .setMaxSize(connections)
            .setMaxWaitQueueSize(maxQueued)
            .setConnectionTimeout(WAIT_SECS)
            .setConnectionTimeoutUnit(TimeUnit.SECONDS)
            .setIdleTimeout(IDLE_SECS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setPoolCleanerPeriod(IDLE_CHECK_MILLIS);
    this.meters = meters.pool(name, connections);
    open();
    servers.onLeaving(this::renew);
  }

  private void open() {
    Sockets of = new Sockets();
    sockets = of;
    pool =
        PgBuilder.pool()
            .with(options)
            .connectingTo(servers::find)
            .withConnectHandler(
                connection -> {
                  of.add(connection);
                  // That is how the pool gets it.
                  connection.close();
                })
            .using(vertx)
            .build();
  }

  private void renew() {
    if (closed) {
      return;
    }
    Pool old = pool;
    Sockets left = sockets;
    open();
    old.close();
    left.end();
  }

  /** How a pool carries out some work. */
  private interface Way<T> {
    Future<T> in(Pool pool, Function<SqlConnection, Future<T>> work);
  }

  /** Does some work on a connection. */
  <T> Future<T> with(Function<SqlConnection, Future<T>> work) {
    return carryOut(Pool::withConnection, work, true);
  }

  /** Does some work in a transaction, which is undone when it fails. */
  <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
    return carryOut(Pool::withTransaction, work, true);
  }

  /**
   * Carries it out.
   *
   * @param again whether that is tried on the next pool when this one is given up before it begins
   */
  private <T> Future<T> carryOut(
      Way<T> way, Function<SqlConnection, Future<T>> work, boolean again) {
    Pool from = pool;
    int epoch = servers.epoch();
    AtomicBoolean begun = new AtomicBoolean();
    meters.waiting().incrementAndGet();
    return way.in(
            from,
            connection -> {
              begun.set(true);
              meters.waiting().decrementAndGet();
              meters.used().incrementAndGet();
              return work.apply(connection);
            })
        .onComplete(done -> (begun.get() ? meters.used() : meters.waiting()).decrementAndGet())
        .recover(
            failure -> {
              if (again && !begun.get() && from != pool && Failures.poolClosed(failure)) {
                return carryOut(way, work, false);
              }
              if (Failures.readOnly(failure)) {
                servers.leave(epoch);
              }
              return Future.failedFuture(failure);
            });
  }

  /** Whether the node stops: what fails from then on, fails for that. */
  boolean closed() {
    return closed;
  }

  Future<Void> close() {
    closed = true;
    return pool.close();
  }
}
