package dev.standby.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * How late the event loops come round to what is due on them: whatever blocks one, its requests
 * wait as long.
 */
final class EventLoopLag {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Timer lag;
  private final List<Probe> probes = new ArrayList<>();

  private EventLoopLag(MeterRegistry registry) {
    lag =
        Timer.builder("standby.event.loop.lag")
            .description("How late a task runs on an event loop; each is asked four times a second")
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5))
            .register(registry);
  }

  /** Measures on every event loop from now on. */
  static EventLoopLag start(Vertx vertx, MeterRegistry registry) {
    EventLoopLag all = new EventLoopLag(registry);
    for (EventExecutor loop : ((VertxInternal) vertx).eventLoopGroup()) {
      Probe probe = all.new Probe(loop);
      all.probes.add(probe);
      probe.again();
    }
    return all;
  }

  void stop() {
    probes.forEach(Probe::stop);
  }

  /** One event loop's. */
  private final class Probe implements Runnable {
    private final EventExecutor loop;
    private long dueNanos;
    private volatile Future<?> next;
    private volatile boolean stopped;

    Probe(EventExecutor loop) {
      this.loop = loop;
    }

    void again() {
      if (!stopped && !loop.isShuttingDown()) {
        dueNanos = System.nanoTime() + PERIOD_NANOS;
        next = loop.schedule(this, PERIOD_NANOS, TimeUnit.NANOSECONDS);
      }
    }

    void stop() {
      stopped = true;
      next.cancel(false);
    }

    @Override
    public void run() {
      lag.record(Math.max(0, System.nanoTime() - dueNanos), TimeUnit.NANOSECONDS);
      again();
    }
  }
}
