package dev.standby.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions, never for a time. */
public final class Await {
  private static final long POLL_NANOS = 5_000_000;

  private Await() {}

  /** Returns when {@code condition} holds; fails the test if it does not within {@code limit}. */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("Within " + limit + " it did not happen that " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
