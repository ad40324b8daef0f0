package dev.standby.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What the database knows of all projects together, read when somebody wants to see it: at most
 * every two seconds, and for no more than a hundredth of the time, however long it takes.
 *
 * <p>Not thread-safe, but for the gauges: belongs to the store verticle's context.
 */
final class Readings {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int REST = 100;

  /** How long it may take to be of use. */
  private static final long LIMIT_MILLIS = 1500;

  private static final double UNKNOWN = Double.NaN;

  private final Queries queries;
  private Future<Void> reading;
  private long nextNanos = System.nanoTime();

  /** What was read last. */
  private volatile Reading last = Reading.NONE;

  /**
   * One reading; not a number what is not known.
   *
   * @param up 1 if the database has answered, and else 0
   * @param overdueSecs for how long the first has been due that waits; 0 if nothing is due
   * @param webhooksSecs the same of webhook deliveries
   */
  private record Reading(
      double up,
      double waiting,
      double received,
      double timedOut,
      double canceled,
      double held,
      double overdueSecs,
      double webhooksSecs) {
    static final Reading NONE =
        new Reading(0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);

    static Reading of(Row row) {
      return new Reading(
          1,
          row.getLong(0),
          row.getLong(1),
          row.getLong(2),
          row.getLong(3),
          row.getLong(4),
          row.getDouble(5),
          row.getDouble(6));
    }
  }

  /** Read by {@code queries}, and shown in that registry. */
  Readings(Queries queries, MeterRegistry registry) {
    this.queries = queries;
    triggers(registry, "waiting", Reading::waiting);
    triggers(registry, "received", Reading::received);
    triggers(registry, "timed_out", Reading::timedOut);
    triggers(registry, "canceled", Reading::canceled);
    gauge("standby.database.up", "1 if the database answered this scrape, else 0", Reading::up)
        .register(registry);
    gauge("standby.held.events", "Events that are held, of all projects", Reading::held)
        .register(registry);
    gauge(
            "standby.deadline.overdue",
            "For how long the first wait has been due that has not ended",
            Reading::overdueSecs)
        .baseUnit("seconds")
        .register(registry);
    gauge(
            "standby.webhook.queue.age",
            "For how long the first webhook delivery has been due that nobody is at",
            Reading::webhooksSecs)
        .baseUnit("seconds")
        .register(registry);
  }

  private void triggers(MeterRegistry registry, String status, ToDoubleFunction<Reading> value) {
    gauge("standby.triggers", "Triggers of all projects, by status", value)
        .tag("status", status)
        .register(registry);
  }

  private Gauge.Builder<Readings> gauge(
      String name, String description, ToDoubleFunction<Reading> value) {
    return Gauge.builder(name, this, readings -> value.applyAsDouble(readings.last))
        .description(description)
        .strongReference(true);
  }

  /** Reads unless it has just been read; never fails. */
  Future<Void> read() {
    if (reading != null) {
      return reading;
    }
    long began = System.nanoTime();
    if (began - nextNanos < 0) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    reading = done.future();
    queries
        .run(Sql.MEASURE, Tuple.tuple())
        .timeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .map(rows -> Reading.of(rows.iterator().next()))
        .onComplete(
            read -> {
              long now = System.nanoTime();
              nextNanos = Math.max(began + FRESH_NANOS, now + REST * (now - began));
              last = read.succeeded() ? read.result() : Reading.NONE;
              reading = null;
              done.complete();
            });
    return reading;
  }
}
