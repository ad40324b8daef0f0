package dev.standby.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.atomic.AtomicInteger;

/** How many triggers are awaited in a Vert.x instance, by all of its {@link EventTriggers}. */
public final class Awaits implements Shareable {
  private final AtomicInteger open = new AtomicInteger();

  private Awaits() {}

  /** How many it are now, in that instance. Callable from any thread. */
  public static int in(Vertx vertx) {
    return of(vertx).open.get();
  }

  /** Counts one until it ends. */
  static <T> Future<T> until(Future<T> end, Vertx vertx) {
    AtomicInteger open = of(vertx).open;
    open.incrementAndGet();
    return end.onComplete(ended -> open.decrementAndGet());
  }

  private static Awaits of(Vertx vertx) {
    LocalMap<String, Awaits> all = vertx.sharedData().getLocalMap("standby");
    return all.computeIfAbsent("awaits", name -> new Awaits());
  }
}
