package dev.standby.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What requests come to, by operation and status: never by path, key or project, of which there is
 * no end. A request pays for two looks at the clock and an entry. May be used from any thread.
 */
public final class HttpMeters {
  private static final int FIRST_STATUS = 100;
  private static final int LAST_STATUS = 599;

  private static final Duration[] BOUNDS =
      new Duration[] {
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(10)
      };

  private final MeterRegistry registry;

  private final Map<Operations, Row> rows = new EnumMap<>(Operations.class);

  /** A wait that ends when the client likes. */
  private final Row waits = new Row("getEventWait");

  /** What is no operation. */
  private final Row none = new Row("none");

  private final Map<Reader.Kind, AtomicInteger> readers = new EnumMap<>(Reader.Kind.class);

  /** Meters of that registry. */
  public HttpMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Operations operation : Operations.values()) {
      rows.put(operation, new Row(operation.operationId()));
    }
    for (Reader.Kind kind : Reader.Kind.values()) {
      AtomicInteger open = new AtomicInteger();
      readers.put(kind, open);
      Gauge.builder("standby.http.readers", open, AtomicInteger::get)
          .description("Clients that wait: by a stream, a long poll, or a feed")
          .tag("kind", kind.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  /**
   * Enters how long it takes from now until an answer begins.
   *
   * @param operation what is asked for; null when there is no such
   */
  void watch(HttpServerResponse response, Operations operation) {
    watch(response, operation == null ? none : rows.get(operation));
  }

  /** The same of a long poll, by another name: it would spoil the times of those who don't wait. */
  void watchWait(HttpServerResponse response) {
    watch(response, waits);
  }

  private void watch(HttpServerResponse response, Row row) {
    long began = System.nanoTime();
    response.headersEndHandler(
        answered ->
            row.timer(response.getStatusCode())
                .record(System.nanoTime() - began, TimeUnit.NANOSECONDS));
  }

  /** How many wait that way now. */
  AtomicInteger readers(Reader.Kind kind) {
    return readers.get(kind);
  }

  /** The requests for one operation. */
  private final class Row {
    private final String operation;

    /** By status, made as they are needed. */
    private final AtomicReferenceArray<Timer> timers =
        new AtomicReferenceArray<>(LAST_STATUS - FIRST_STATUS + 1);

    Row(String operation) {
      this.operation = operation;
    }

    Timer timer(int status) {
      Timer timer = timers.get(status - FIRST_STATUS);
      if (timer == null) {
        // Two that make it at once get the same.
        timer =
            Timer.builder("standby.http.request.duration")
                .description("From the head of a request to that of its answer")
                .tag("operation", operation)
                .tag("status", Integer.toString(status))
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
        timers.set(status - FIRST_STATUS, timer);
      }
      return timer;
    }
  }
}
