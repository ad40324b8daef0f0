package dev.standby.store;

import dev.standby.config.DatabaseConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The pools of a store. */
final class Pools {
  private static final int CONNECT_TIMEOUT_SECS = 5;

  private final Vertx vertx;
  private final DatabaseUrl url;
  private final DatabaseConfig config;
  private final List<Pool> pools = new ArrayList<>();

  Pools(Vertx vertx, DatabaseUrl url, DatabaseConfig config) {
    this.vertx = vertx;
    this.url = url;
    this.config = config;
  }

  /** A new pool of so many connections; {@code name} is what its meters call it. */
  Pool open(String name, int connections) {
    Pool pool =
        PgBuilder.pool()
            .with(
                new PoolOptions()
                    .setName(name)
                    .setMaxSize(connections)
                    .setMaxWaitQueueSize(config.maxQueued())
                    .setConnectionTimeout(CONNECT_TIMEOUT_SECS)
                    .setConnectionTimeoutUnit(TimeUnit.SECONDS))
            .connectingTo(url.forQueries())
            .using(vertx)
            .build();
    pools.add(pool);
    return pool;
  }

  /** Closes all of them. */
  Future<?> close() {
    return Future.join(pools.stream().map(Pool::close).toList());
  }
}
