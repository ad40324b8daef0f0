package dev.standby.store;

import dev.standby.config.DatabaseConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** The pools of a store. */
final class Pools {
  private final Vertx vertx;
  private final Servers servers;
  private final DatabaseConfig config;
  private final StoreMeters meters;
  private final List<Pooled> pools = new ArrayList<>();

  Pools(Vertx vertx, Servers servers, DatabaseConfig config, StoreMeters meters) {
    this.vertx = vertx;
    this.servers = servers;
    this.config = config;
    this.meters = meters;
  }

  /** A new pool of so many connections; {@code name} is what its meters call it. */
  Pooled open(String name, int connections) {
    Pooled pool = new Pooled(vertx, servers, name, connections, config.maxQueued(), meters);
    pools.add(pool);
    return pool;
  }

  /** Closes all of them. */
  Future<?> close() {
    return Future.join(pools.stream().map(Pooled::close).toList());
  }
}
