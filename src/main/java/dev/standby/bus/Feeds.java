package dev.standby.bus;

import dev.standby.trigger.Command;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.ReadFeed;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readers of feeds in this process. At the end of the log they sleep until a commit of their
 * project is announced, or until a slow tick, should an announcement be lost.
 *
 * <p>Not thread-safe: belongs to the context on which it is made.
 */
public final class Feeds {
  private static final Logger log = LoggerFactory.getLogger(Feeds.class);

  /** At the end of the log, a reader reads once in that time at most. */
  private static final long PAUSE_MILLIS = 20;

  /** Whoever asks for what follows gets an answer in that time. */
  private static final long MAX_TICK_MILLIS = 15_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Set<Feed> open = new HashSet<>();

  /** Whether announcements are heard: from the first feed on, as they are sent to who hears. */
  private Future<Void> hearing;

  /** Readers that look for changes every {@code tickMillis} besides. */
  public Feeds(Vertx vertx, Bus bus, long tickMillis) {
    this.vertx = vertx;
    this.bus = bus;
    vertx.setPeriodic(Math.min(tickMillis, MAX_TICK_MILLIS), tick -> wake(null));
  }

  /** Opens a feed of what the filters let through. */
  public Feed open(Command.ListPage filter) {
    if (hearing == null) {
      hearing =
          bus.hearFed(this::wake)
              .recover(
                  failure -> {
                    log.atWarn().setCause(failure).log("changes are not announced to feeds");
                    hearing = null;
                    return Future.succeededFuture();
                  });
    }
    Feed feed = new Feed(filter, hearing);
    open.add(feed);
    return feed;
  }

  /** Wakes the readers of those projects; of all for null. */
  private void wake(Set<String> projects) {
    for (Feed feed : List.copyOf(open)) {
      if (projects == null || projects.contains(feed.filter.projectId())) {
        feed.wake();
      }
    }
  }

  /** One reader. */
  public final class Feed {
    /** Whether announcements are heard: what comes after the first reading is announced. */
    private final Future<Void> heard;

    private final Command.ListPage filter;

    /** Where the log ended when it was read last; null if it went on, or that is not known. */
    private String end;

    /** The page that is to come; null if nobody has asked for one. */
    private Future<Outcome.FeedPage> coming;

    /** Whether something may have come since the last reading began. */
    private boolean woken;

    private long lastReadNanos;
    private Promise<Void> sleep;
    private boolean closed;

    private Feed(Command.ListPage filter, Future<Void> hearing) {
      this.filter = filter;
      this.heard = hearing;
    }

    /**
     * What follows after that id; null to begin with what comes from now on. It comes at once as
     * long as there is more than has been read; else when there is something, or after a while
     * nothing but a later {@code next}. If it fails, or does not come in time, the same is asked
     * for again: what has been read and not been told is read anew.
     */
    public Future<Outcome.FeedPage> next(String after) {
      if (closed) {
        return Future.failedFuture(Rejection.unavailable("The feed has been closed"));
      }
      if (coming == null) {
        Future<Outcome.FeedPage> page = ready(after).compose(now -> read(after));
        coming = page;
        page.onComplete(read -> coming = null);
        return page;
      }
      // Whoever has given up on it is where it was: it is what comes next, still.
      return coming;
    }

    /** Completes when there may be something to read after that id. */
    private Future<Void> ready(String after) {
      if (after == null || !after.equals(end)) {
        return heard;
      }
      if (woken) {
        return pause();
      }
      sleep = Promise.promise();
      return sleep.future().compose(awake -> pause());
    }

    private Future<Void> pause() {
      long since = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastReadNanos);
      return since >= PAUSE_MILLIS
          ? Future.succeededFuture()
          : vertx.timer(PAUSE_MILLIS - since, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private Future<Outcome.FeedPage> read(String after) {
      woken = false;
      end = null;
      lastReadNanos = System.nanoTime();
      return bus.request(Operation.FEED, new ReadFeed(filter, after))
          .onSuccess(page -> end = page.more() ? null : page.next());
    }

    private void wake() {
      woken = true;
      if (sleep != null) {
        sleep.tryComplete();
      }
    }

    /** Ends it. Harmless when it has ended. */
    public void close() {
      closed = true;
      open.remove(this);
      if (sleep != null) {
        sleep.tryFail(Rejection.unavailable("The feed has been closed"));
      }
    }
  }
}
