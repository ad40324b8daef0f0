package dev.standby.bus;

import static java.util.stream.Collectors.toSet;

import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.TriggerRef;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who watches which trigger in this process. A watcher subscribes first, then reads the row, then
 * hears: a change between the two is either in the row or in an announcement. What an announcement
 * fails to bring, {@link #catchUp} reads.
 *
 * <p>Not thread-safe: belongs to the context on which it is made.
 */
public final class Watchers {
  private static final Logger log = LoggerFactory.getLogger(Watchers.class);

  /** How long an announcement may be slower than PostgreSQL's notification of the same commit. */
  private static final long ANNOUNCEMENT_GRACE_MILLIS = 100;

  /** The pause between two rounds of reading, when there is reason for another at once. */
  private static final long CATCH_UP_PAUSE_MILLIS = 200;

  private static final int MAX_COMMITS = 10_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Map<String, Set<Watch>> byKey = new HashMap<>();

  /** The commits whose announcements have come, the latest of them. */
  private final Set<String> heard =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > MAX_COMMITS;
            }
          });

  private final LongAdder lost = new LongAdder();
  private final LongAdder madeUp = new LongAdder();
  private boolean catchingUp;
  private boolean catchUpAgain;

  private Watchers(Vertx vertx, Bus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  /**
   * Starts to hear announcements, and to catch up every {@code catchUpMillis}; in a node also when
   * its other rooms say that there is reason to.
   *
   * @return ready when the subscriptions stand
   */
  public static Future<Watchers> start(Vertx vertx, Bus bus, long catchUpMillis) {
    Watchers watchers = new Watchers(vertx, bus);
    vertx.setPeriodic(catchUpMillis, timer -> watchers.catchUp());
    return Future.all(
            bus.hearEnded(watchers::changed),
            bus.hearLocally(Addresses.COMMITTED, String.class, watchers::committed),
            bus.hearLocally(Addresses.CATCH_UP, String.class, reason -> watchers.catchUp()))
        .map(watchers);
  }

  /**
   * Watches the newest trigger of a key until it is terminal.
   *
   * @param listener gets the trigger as it is at once, and then each change; the last is terminal
   * @return what ends the watch early; fails with a {@link Rejection} if there is nothing to watch
   */
  public Future<Watch> watch(Command.Get get, Handler<EventTrigger> listener) {
    return watch(get, (trigger, traceparent) -> listener.handle(trigger));
  }

  /**
   * As {@link #watch(Command.Get, Handler)}; the listener is told besides in which trace the change
   * was made, null if that is not known.
   */
  public Future<Watch> watch(Command.Get get, BiConsumer<EventTrigger, String> listener) {
    Watch watch = new Watch(get.eventKey(), listener);
    byKey.computeIfAbsent(get.eventKey(), key -> new LinkedHashSet<>()).add(watch);
    return bus.request(Operation.GET, get)
        .map(
            trigger -> {
              watch.begin(trigger);
              return watch;
            })
        .onFailure(failure -> watch.close());
  }

  private void changed(Changes changes) {
    heard.add(changes.commit());
    offer(changes.triggers(), changes.traces());
    if (!changes.partial().isEmpty()) {
      // Whoever does not know yet which trigger is watched can't tell whether it is one of these.
      byKey.values().stream()
          .flatMap(Set::stream)
          .filter(watch -> watch.early != null)
          .forEach(watch -> watch.missedOne = true);
      Set<UUID> ids = Set.copyOf(changes.partial());
      reread(refs().stream().filter(ref -> ids.contains(ref.id())).toList(), new LongAdder());
    }
  }

  /** Offers triggers to who watches them; gives how many were news to one at least. */
  private long offer(List<EventTrigger> triggers, Map<UUID, String> traces) {
    long news = 0;
    for (EventTrigger trigger : triggers) {
      Set<Watch> watches = byKey.getOrDefault(trigger.eventKey(), Set.of());
      boolean told = false;
      for (Watch watch : List.copyOf(watches)) {
        told |= watch.offer(trigger, traces.get(trigger.id()));
      }
      news += told ? 1 : 0;
    }
    return news;
  }

  /** Commits of which PostgreSQL told, and no announcement in time. Callable from any thread. */
  public long lost() {
    return lost.sum();
  }

  /**
   * Changes that were read before any announcement told of them, as it was lost or slow. Callable
   * from any thread.
   */
  public long madeUp() {
    return madeUp.sum();
  }

  /** Takes note of a commit that has ended waits; catches up if its announcement does not come. */
  private void committed(String commit) {
    if (!byKey.isEmpty() && !heard.contains(commit)) {
      vertx.setTimer(
          ANNOUNCEMENT_GRACE_MILLIS,
          timer -> {
            if (heard.add(commit)) {
              lost.increment();
              catchUp();
            }
          });
    }
  }

  /** Reads everything that is watched again, in bulk. */
  private void catchUp() {
    if (catchingUp) {
      catchUpAgain = true;
      return;
    }
    catchingUp = true;
    reread(refs(), madeUp)
        .onComplete(
            done -> {
              catchingUp = false;
              if (catchUpAgain) {
                catchUpAgain = false;
                vertx.setTimer(CATCH_UP_PAUSE_MILLIS, timer -> catchUp());
              }
            });
  }

  private List<TriggerRef> refs() {
    return byKey.values().stream()
        .flatMap(Set::stream)
        .map(watch -> watch.seen)
        .filter(seen -> seen != null)
        .distinct()
        .toList();
  }

  /**
   * Reads those again; {@code news} counts what nobody had told of. An answer has no more than is
   * good for the heap: as long as there are changes in it, there may be others.
   */
  private Future<Void> reread(List<TriggerRef> refs, LongAdder news) {
    if (refs.isEmpty()) {
      return Future.succeededFuture();
    }
    int count = Math.min(refs.size(), Command.Reread.MAX_REFS);
    return bus.request(Operation.REREAD, new Command.Reread(refs.subList(0, count)))
        .compose(
            outcome -> {
              news.add(offer(outcome.triggers(), Map.of()));
              return reread(rest(refs, count, outcome.triggers()), news);
            })
        .onFailure(
            failure -> {
              // While the database is away there is nothing to catch up with; the next tick tries
              // again.
              if (Bus.rejection(failure).reason() != Reason.UNAVAILABLE) {
                log.atWarn()
                    .addKeyValue("watches", refs.size())
                    .setCause(failure)
                    .log("could not catch up");
              }
            });
  }

  /** What is left to be read of {@code refs} when of the first {@code count} those have changed. */
  private static List<TriggerRef> rest(
      List<TriggerRef> refs, int count, List<EventTrigger> changed) {
    if (changed.isEmpty()) {
      return refs.subList(count, refs.size());
    }
    Set<UUID> told = changed.stream().map(EventTrigger::id).collect(toSet());
    return refs.stream().filter(ref -> !told.contains(ref.id())).toList();
  }

  /** One watcher of one trigger. */
  public final class Watch {
    private final String eventKey;
    private final BiConsumer<EventTrigger, String> listener;

    /** What came by for the key before it was known which trigger is watched; null from then on. */
    private List<EventTrigger> early = new ArrayList<>();

    /**
     * Whether something came by that did not say its key, before it was known which trigger is
     * watched.
     */
    private boolean missedOne;

    /** The trigger as the listener last heard of it; null until it has. */
    private TriggerRef seen;

    private Watch(String eventKey, BiConsumer<EventTrigger, String> listener) {
      this.eventKey = eventKey;
      this.listener = listener;
    }

    private void begin(EventTrigger trigger) {
      List<EventTrigger> missed = early;
      early = null;
      hear(trigger, null);
      missed.forEach(one -> offer(one, null));
      if (missedOne && !seen.seen().terminal()) {
        reread(List.of(seen), new LongAdder());
      }
    }

    /** Whether it was news. */
    private boolean offer(EventTrigger trigger, String traceparent) {
      if (early != null) {
        early.add(trigger);
        return false;
      }
      boolean news = trigger.id().equals(seen.id()) && !seen.shows(trigger);
      if (news) {
        hear(trigger, traceparent);
      }
      return news;
    }

    private void hear(EventTrigger trigger, String traceparent) {
      if (seen != null && seen.seen().terminal()) {
        return;
      }
      seen = trigger.ref();
      if (trigger.status().terminal()) {
        close();
      }
      listener.accept(trigger, traceparent);
    }

    /** Ends the watch; the listener hears no more. Harmless when it has ended. */
    public void close() {
      byKey.computeIfPresent(
          eventKey,
          (key, watches) -> {
            watches.remove(this);
            return watches.isEmpty() ? null : watches;
          });
    }
  }
}
