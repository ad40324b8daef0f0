package dev.standby.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How long statements take, by their names, as the SQL client tells a Vert.x that is built with it.
 * What it tells of its pools is not used: it never takes back a request that got no connection. May
 * be used from any thread.
 */
public final class DatabaseMeters implements VertxMetricsFactory, VertxMetrics {
  private static final String SQL = "sql";

  /** Of what is not in {@code sql/}: the beginning and end of transactions, and the like. */
  private static final String OTHER = "other";

  /** By the text of the statement. */
  private final Map<String, Statement> statements = new ConcurrentHashMap<>();

  private final Statement other;
  private final Statements client = new Statements();

  /** Meters of that registry. */
  public DatabaseMeters(MeterRegistry registry) {
    this.other = new Statement(registry, OTHER);
    for (Sql sql : Sql.values()) {
      Statement statement = new Statement(registry, sql.file());
      statements.put(sql.text(false), statement);
      statements.put(sql.text(true), statement);
    }
  }

  @Override
  public VertxMetrics metrics(VertxOptions options) {
    return this;
  }

  @Override
  public ClientMetrics<?, ?, ?> createClientMetrics(
      SocketAddress server, String type, String namespace) {
    return SQL.equals(type) ? client : null;
  }

  /** The meters of one statement. */
  private static final class Statement {
    private final MeterRegistry registry;
    private final String name;
    private final Counter failures;

    /** Most statements are never sent: made when this one is. */
    private volatile Timer timer;

    Statement(MeterRegistry registry, String name) {
      this.registry = registry;
      this.name = name;
      this.failures =
          Counter.builder("standby.database.statement.failures")
              .description("Statements that failed, were refused, or lost their connection")
              .tag("statement", name)
              .register(registry);
    }

    Timer timer() {
      if (timer == null) {
        timer =
            Timer.builder("standby.database.statement.duration")
                .description("From when a statement is sent until it has been answered")
                .tag("statement", name)
                .serviceLevelObjectives(
                    Duration.ofNanos(500_000),
                    Duration.ofMillis(1),
                    Duration.ofNanos(2_500_000),
                    Duration.ofMillis(5),
                    Duration.ofMillis(10),
                    Duration.ofMillis(25),
                    Duration.ofMillis(50),
                    Duration.ofMillis(100),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10))
                .register(registry);
      }
      return timer;
    }
  }

  /** One that is on its way. */
  private record Sent(Statement statement, long sinceNanos) {}

  private final class Statements implements ClientMetrics<Sent, Object, Object> {
    @Override
    public Sent requestBegin(String text, Object request) {
      return new Sent(statements.getOrDefault(text, other), System.nanoTime());
    }

    @Override
    public void responseEnd(Sent sent) {
      sent.statement.timer().record(System.nanoTime() - sent.sinceNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void requestReset(Sent sent) {
      sent.statement.failures.increment();
    }
  }
}
