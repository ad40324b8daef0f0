package dev.standby.timeout;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Rings at the earliest time that it was set to, and never later than a tick after it rang last. It
 * rings once at a time.
 *
 * <p>Not thread-safe: belongs to one context.
 */
final class Alarm {
  /** The pause before another ring when what is due is in other hands. */
  private static final long MIN_PAUSE_MILLIS = 5;

  private final Vertx vertx;
  private final Supplier<Future<Long>> work;
  private final long tickMillis;
  private long timer = -1;
  private long ringsAtNanos;
  private boolean ringing;
  private long soonestWhileRinging;

  /**
   * An alarm that is not set.
   *
   * @param work what to do when it rings; gives the milliseconds until it should ring again, null
   *     for the tick
   */
  Alarm(Vertx vertx, Supplier<Future<Long>> work, long tickMillis) {
    this.vertx = vertx;
    this.work = work;
    this.tickMillis = tickMillis;
  }

  /** Makes sure that it rings within so many milliseconds. */
  void within(long millis) {
    if (ringing) {
      soonestWhileRinging = Math.min(soonestWhileRinging, millis);
      return;
    }
    long delay = Math.max(1, Math.min(millis, tickMillis));
    long at = System.nanoTime() + delay * 1_000_000;
    if (timer >= 0) {
      if (ringsAtNanos - at <= 0) {
        return;
      }
      vertx.cancelTimer(timer);
    }
    ringsAtNanos = at;
    timer = vertx.setTimer(delay, this::ring);
  }

  private void ring(long timerId) {
    timer = -1;
    ringing = true;
    soonestWhileRinging = tickMillis;
    work.get()
        .otherwise((Long) null)
        .onSuccess(
            next -> {
              ringing = false;
              long pause =
                  next == null ? tickMillis : next == 0 ? 0 : Math.max(next, MIN_PAUSE_MILLIS);
              within(Math.min(pause, soonestWhileRinging));
            });
  }
}
