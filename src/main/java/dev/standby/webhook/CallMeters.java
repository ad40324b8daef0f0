package dev.standby.webhook;

import dev.standby.bus.Webhooks.Tried;
import dev.standby.trigger.Delivery;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What calls of receivers come to; never by receiver or project, of which there is no end. */
final class CallMeters {
  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<Delivery.State, Timer> timers = new EnumMap<>(Delivery.State.class);

  /** Meters of that registry. */
  CallMeters(MeterRegistry registry) {
    Gauge.builder("standby.webhook.calls", underWay, AtomicInteger::get)
        .description("Calls of receivers that are under way")
        .register(registry);
    for (Delivery.State state : Delivery.State.values()) {
      timers.put(
          state,
          Timer.builder("standby.webhook.call.duration")
              .description("Calls of receivers, by what has come of them")
              .tag("outcome", state == Delivery.State.PENDING ? "again" : state.code())
              .serviceLevelObjectives(
                  Duration.ofMillis(10),
                  Duration.ofMillis(50),
                  Duration.ofMillis(100),
                  Duration.ofMillis(500),
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(15))
              .register(registry));
    }
  }

  /** A call begins. */
  Call begin() {
    underWay.incrementAndGet();
    return new Call(System.nanoTime());
  }

  /** One of them. */
  final class Call {
    private final long beganNanos;

    private Call(long beganNanos) {
      this.beganNanos = beganNanos;
    }

    void end(Tried tried) {
      underWay.decrementAndGet();
      timers.get(tried.state()).record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
    }
  }
}
