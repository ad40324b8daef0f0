package dev.standby.store;

import dev.standby.bus.Once;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What the store counts, but for its statements. */
final class StoreMeters {
  private final MeterRegistry registry;
  private final Timer lag;
  private final Counter first;
  private final Counter replayed;
  private final Counter inFlight;
  private final Counter refused;

  /** Meters of that registry. */
  StoreMeters(MeterRegistry registry) {
    this.registry = registry;
    this.lag =
        Timer.builder("standby.deadline.lag")
            .description("How long after their deadlines waits were ended by the node")
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30))
            .register(registry);
    this.first = idempotent("first");
    this.replayed = idempotent("replayed");
    this.inFlight = idempotent("in_flight");
    this.refused = idempotent("refused");
  }

  private Counter idempotent(String answer) {
    return Counter.builder("standby.idempotent.requests")
        .description("Requests with an idempotency key, by how they were answered")
        .tag("answer", answer)
        .register(registry);
  }

  /** Where gauges are registered. */
  MeterRegistry registry() {
    return registry;
  }

  /** Waits that the node has ended as they were due, by the database's clock throughout. */
  void expired(RowSet<Row> rows) {
    for (Row row : rows) {
      lag.record(Rows.lateness(row, 0));
    }
  }

  /** Counts how a request with an idempotency key is answered. */
  Future<Once.Done<Object>> once(Future<Once.Done<Object>> answer) {
    return answer.onComplete(
        done -> (done.replayed() ? replayed : first).increment(),
        failure -> (Once.isInFlight(failure) ? inFlight : refused).increment());
  }

  /** The meters of a lane. */
  LaneMeters lane(String name) {
    AtomicInteger queued = new AtomicInteger();
    Gauge.builder("standby.store.queue.requests", queued, AtomicInteger::get)
        .description("Requests that wait for their turn in a statement")
        .tag("lane", name)
        .register(registry);
    return new LaneMeters(
        queued,
        DistributionSummary.builder("standby.store.batch.size")
            .description("Requests that a statement carried")
            .tag("lane", name)
            .serviceLevelObjectives(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000)
            .register(registry),
        Counter.builder("standby.store.queue.refused")
            .description("Requests refused as too many wait for the database")
            .tag("lane", name)
            .register(registry));
  }

  /** The meters of a pool of so many connections at most. */
  PoolMeters pool(String name, int size) {
    Tags tags = Tags.of("pool", name);
    PoolMeters meters = new PoolMeters(new AtomicInteger(), new AtomicInteger());
    Gauge.builder("standby.database.pool.used", meters.used, AtomicInteger::get)
        .description("Connections of a pool that are in use")
        .tags(tags)
        .strongReference(true)
        .register(registry);
    Gauge.builder("standby.database.pool.waiting", meters.waiting, AtomicInteger::get)
        .description("Requests that wait for a connection of a pool")
        .tags(tags)
        .strongReference(true)
        .register(registry);
    Gauge.builder("standby.database.pool.size", () -> size)
        .description("Connections that a pool may have")
        .tags(tags)
        .register(registry);
    return meters;
  }

  /**
   * The meters of a pool.
   *
   * @param waiting how much work waits for a connection
   * @param used how much has been begun on one
   */
  record PoolMeters(AtomicInteger waiting, AtomicInteger used) {}

  /**
   * The meters of a lane.
   *
   * @param queued how many wait in it, as it says itself
   */
  record LaneMeters(AtomicInteger queued, DistributionSummary batchSize, Counter refused) {}
}
