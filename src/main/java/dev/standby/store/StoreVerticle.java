package dev.standby.store;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.Operation;
import dev.standby.config.DatabaseConfig;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Answers every operation, from PostgreSQL; owns the connections to it. */
public final class StoreVerticle extends VerticleBase {
  /**
   * Over how many rows a project's counters are spread; a node writes to {@value #WRITERS} of them.
   */
  private static final int SHARDS = 64;

  private static final int WRITERS = 8;

  /** Connections for what must not wait behind lists, prefix sends and purges. */
  private static final int UPKEEP_CONNECTIONS = 2;

  private static final int CONNECT_TIMEOUT_SECS = 5;

  private final DatabaseUrl url;
  private final DatabaseConfig config;
  private Bus bus;
  private Pool pool;
  private Pool upkeepPool;
  private List<Connection> connections;
  private Notifications notifications;

  /**
   * A store over the database at {@code url}.
   *
   * @param url {@code postgresql://user:password@host:port/db}
   */
  public StoreVerticle(String url, DatabaseConfig config) {
    this.url = new DatabaseUrl(url);
    this.config = config;
  }

  @Override
  public Future<?> start() {
    bus = Bus.local(vertx);
    return vertx
        .executeBlocking(
            () -> {
              Migrations.run(url);
              return null;
            })
        .compose(migrated -> open());
  }

  private Future<?> open() {
    pool = pool(config.poolSize());
    upkeepPool = pool(UPKEEP_CONNECTIONS);
    connections = List.of(connection(), connection(), connection());
    Announcer announcer = new Announcer(vertx, bus);
    notifications = new Notifications(vertx, bus, url.forQueries());
    notifications.listen();
    int shard = ThreadLocalRandom.current().nextInt(SHARDS / WRITERS) * WRITERS;
    Finishing finishing =
        new Finishing(
            statement -> lane("finish", connections.get(0), statement, Ending::projectId),
            (short) shard,
            announcer);
    Registering registering =
        new Registering(
            statement ->
                lane("register", connections.get(1), statement, Command.Register::projectId),
            (short) (shard + 1),
            finishing,
            announcer);
    Lane<Command.Get, EventTrigger> reading =
        lane("get", connections.get(2), new Reading(finishing), Command.Get::projectId);
    Bulk bulk =
        new Bulk(
            vertx, pool, config.prefixLimit(), (short) (shard + 2), (short) (shard + 3), announcer);
    Upkeep upkeep = new Upkeep(upkeepPool, (short) (shard + 4), announcer);
    return Future.all(
        List.of(
            bus.serve(Operation.REGISTER, registering::register),
            bus.serve(Operation.SEND, send -> finishing.finish(Ending.of(send))),
            bus.serve(Operation.CANCEL, cancel -> finishing.finish(Ending.of(cancel))),
            bus.serve(Operation.GET, reading::submit),
            bus.serve(Operation.LIST, bulk::list),
            bus.serve(Operation.STATS, bulk::stats),
            bus.serve(Operation.SEND_PREFIX, bulk::sendPrefix),
            bus.serve(Operation.PURGE, bulk::purge),
            bus.serveReread(upkeep::reread),
            bus.serveLocally(Addresses.EXPIRE, Integer.class, upkeep::expire),
            bus.serveLocally(Addresses.NEXT_DEADLINE, String.class, any -> upkeep.nextDeadline())));
  }

  private Pool pool(int connections) {
    return PgBuilder.pool()
        .with(
            new PoolOptions()
                .setMaxSize(connections)
                .setMaxWaitQueueSize(config.maxQueued())
                .setConnectionTimeout(CONNECT_TIMEOUT_SECS)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS))
        .connectingTo(url.forQueries())
        .using(vertx)
        .build();
  }

  private Connection connection() {
    return new Connection(vertx, url.forBatches());
  }

  private <C, O> Lane<C, O> lane(
      String name,
      Connection connection,
      Lane.Statement<C, O> statement,
      Function<C, String> project) {
    return new Lane<>(
        name,
        vertx,
        connection,
        statement,
        project,
        config.maxQueued(),
        config.maxBatch(),
        config.retryMillis());
  }

  @Override
  public Future<?> stop() {
    if (pool == null) {
      return Future.succeededFuture();
    }
    notifications.stop();
    return Future.join(connections.stream().map(Connection::close).toList())
        .eventually(() -> pool.close())
        .eventually(() -> upkeepPool.close());
  }
}
