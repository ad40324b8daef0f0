package dev.standby.http;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What clients must have done by when. All of it is looked at a few times a second: a timer for
 * each request would cost more than what it watches over.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class Deadlines {
  private static final long LOOK_MILLIS = 100;

  private final Map<Runnable, Long> open = new LinkedHashMap<>();

  Deadlines(Vertx vertx) {
    vertx.setPeriodic(LOOK_MILLIS, timer -> look());
  }

  /** Has {@code late} run in {@code secs}, unless it is cleared or set again. */
  void set(Runnable late, int secs) {
    open.put(late, System.nanoTime() + TimeUnit.SECONDS.toNanos(secs));
  }

  /** Forgets about it; harmless when nothing was set. */
  void clear(Runnable late) {
    open.remove(late);
  }

  private void look() {
    if (open.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    List<Runnable> late = new ArrayList<>();
    open.forEach(
        (client, deadline) -> {
          if (deadline - now <= 0) {
            late.add(client);
          }
        });
    for (Runnable client : late) {
      if (open.remove(client) != null) {
        client.run();
      }
    }
  }
}
