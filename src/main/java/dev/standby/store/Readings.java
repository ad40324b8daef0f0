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
 * What the database knows of all projects together, read when somebody wants to see it: whether it
 * answers at all, at most every two seconds; and counts, after which there is a rest of a hundred
 * times as long as they took, up to {@value #MAX_REST_SECS} seconds. What can't be counted stays as
 * it was counted last, for {@value #KEPT_SECS} seconds at most.
 *
 * <p>Not thread-safe, but for the gauges: belongs to the store verticle's context.
 */
final class Readings {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int REST = 100;
  private static final int MAX_REST_SECS = 30;
  private static final int KEPT_SECS = 300;

  /** How long either may take to be of use. */
  private static final long LIMIT_MILLIS = 1500;

  /** As long as nobody would look at the counts any more, so long they may take the connection. */
  private static final String LIMIT = "SET LOCAL statement_timeout = " + LIMIT_MILLIS;

  private static final double UNKNOWN = Double.NaN;
  private static final String COUNTED =
      "; as counted last, at most " + KEPT_SECS + " seconds ago, or not a number";

  private final Queries queries;
  private Future<Void> reading;
  private long nextPingNanos = System.nanoTime();
  private long nextCountNanos = nextPingNanos;

  /** Whether a statement has not been answered yet, though nobody may wait for it any more. */
  private boolean pinging;

  private boolean counting;

  /** When the database was set to counting: what it waited for a connection is not its work. */
  private long countingSinceNanos;

  /** Whether it answered in time when it was asked last. */
  private volatile boolean up;

  /** What was counted last. */
  private volatile Reading last = Reading.NONE;

  /**
   * What was counted at one time; not a number what is not known.
   *
   * @param nanos when
   * @param overdueSecs for how long the first has been due that waits; 0 if nothing is due
   * @param webhooksSecs the same of webhook deliveries
   */
  private record Reading(
      long nanos,
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
          System.nanoTime(),
          row.getLong(0),
          row.getLong(1),
          row.getLong(2),
          row.getLong(3),
          row.getLong(4),
          row.getDouble(5),
          row.getDouble(6));
    }

    /** As long as it says something of how things are. */
    Reading ifRecent() {
      return System.nanoTime() - nanos > TimeUnit.SECONDS.toNanos(KEPT_SECS) ? NONE : this;
    }
  }

  /** Read by {@code queries}, and shown in that registry. */
  Readings(Queries queries, MeterRegistry registry) {
    this.queries = queries;
    triggers(registry, "waiting", Reading::waiting);
    triggers(registry, "received", Reading::received);
    triggers(registry, "timed_out", Reading::timedOut);
    triggers(registry, "canceled", Reading::canceled);
    Gauge.builder("standby.database.up", this, readings -> readings.up ? 1 : 0)
        .description(
            "1 if the database answered the node's own connections within 1.5 seconds when it was"
                + " asked last, at most two seconds before the scrape; else 0")
        .strongReference(true)
        .register(registry);
    gauge(
            "standby.held.events",
            "Events that are held, of all projects; 100000 stands for as many and more",
            Reading::held)
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
    return Gauge.builder(name, this, readings -> value.applyAsDouble(readings.last.ifRecent()))
        .description(description + COUNTED)
        .strongReference(true);
  }

  /** Asks and counts, unless that has just been done; never fails. */
  Future<Void> read() {
    if (reading != null) {
      return reading;
    }
    Promise<Void> done = Promise.promise();
    Future<Void> future = done.future();
    reading = future;
    ping()
        .eventually(this::count)
        .onComplete(
            read -> {
              reading = null;
              done.complete();
            });
    return future;
  }

  private Future<?> ping() {
    long began = System.nanoTime();
    if (pinging || began - nextPingNanos < 0) {
      return Future.succeededFuture();
    }
    pinging = true;
    nextPingNanos = began + FRESH_NANOS;
    return queries
        .run(Sql.PING, Tuple.tuple())
        .onComplete(answered -> pinging = false)
        .timeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .onComplete(answered -> up = answered.succeeded());
  }

  private Future<?> count() {
    long began = System.nanoTime();
    if (!up || counting || began - nextCountNanos < 0) {
      return Future.succeededFuture();
    }
    counting = true;
    return queries
        .transaction(
            connection -> {
              countingSinceNanos = System.nanoTime();
              return connection
                  .query(LIMIT)
                  .execute()
                  .compose(set -> connection.preparedQuery(Sql.MEASURE.text()).execute());
            })
        .map(rows -> Reading.of(rows.iterator().next()))
        .onComplete(
            counted -> {
              counting = false;
              long now = System.nanoTime();
              nextCountNanos = now + FRESH_NANOS;
              if (counted.succeeded()) {
                last = counted.result();
                nextCountNanos =
                    Math.max(began + FRESH_NANOS, now + rest(now - countingSinceNanos));
              }
            })
        .timeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static long rest(long tookNanos) {
    return Math.min(REST * tookNanos, TimeUnit.SECONDS.toNanos(MAX_REST_SECS));
  }
}
