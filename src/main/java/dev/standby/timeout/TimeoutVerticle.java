package dev.standby.timeout;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.config.TimeoutConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Has the store end what is due: at the next deadline that it knows of, and on a slow tick. */
public final class TimeoutVerticle extends VerticleBase {
  private final TimeoutConfig config;
  private Bus bus;
  private Alarm alarm;

  /** A room with those settings. */
  public TimeoutVerticle(TimeoutConfig config) {
    this.config = config;
  }

  @Override
  public Future<?> start() {
    bus = Bus.local(vertx);
    alarm = new Alarm(vertx, this::sweep, config.tickMillis());
    alarm.within(0);
    return bus.hearLocally(Addresses.DEADLINE, Long.class, alarm::within);
  }

  /** Ends a batch of what is due; says in how many milliseconds to come again. */
  private Future<Long> sweep() {
    return bus.<Boolean>askLocally(Addresses.EXPIRE, config.maxBatch())
        .compose(
            more ->
                more
                    ? Future.succeededFuture(0L)
                    : bus.<Long>askLocally(Addresses.NEXT_DEADLINE, ""));
  }
}
