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

  /** Opens a feed that goes on after that id; null to begin with what comes from now on. */
  public Feed open(Command.ListPage filter, String after) {
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
    Feed feed = new Feed(new ReadFeed(filter, after), hearing);
    open.add(feed);
    return feed;
  }

  /** Wakes the readers of those projects; of all for null. */
  private void wake(Set<String> projects) {
    for (Feed feed : List.copyOf(open)) {
      if (projects == null || projects.contains(feed.position.filter().projectId())) {
        feed.wake();
      }
    }
  }

  /** One reader. */
  public final class Feed {
    /** Whether announcements are heard: what comes after the first reading is announced. */
    private final Future<Void> heard;

    /** What is read next. */
    private ReadFeed position;

    /** Whether all that was there has been read. */
    private boolean atEnd;

    /** Whether something may have come since the last reading began. */
    private boolean woken;

    private long lastReadNanos;
    private Promise<Void> sleep;
    private boolean closed;

    private Feed(ReadFeed position, Future<Void> hearing) {
      this.position = position;
      this.heard = hearing;
    }

    /**
     * What follows: at once the first time, and as long as there is more; else when there is
     * something, or after a while nothing but a later {@code next}. To be asked for again only when
     * it has come; if it fails, the same is asked for again.
     */
    public Future<Outcome.FeedPage> next() {
      if (closed) {
        return Future.failedFuture(Rejection.unavailable("The feed has been closed"));
      }
      if (!atEnd) {
        return heard.compose(done -> read());
      }
      if (woken) {
        return pause().compose(over -> read());
      }
      sleep = Promise.promise();
      return sleep.future().compose(awake -> pause()).compose(over -> read());
    }

    private Future<Void> pause() {
      long since = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastReadNanos);
      return since >= PAUSE_MILLIS
          ? Future.succeededFuture()
          : vertx.timer(PAUSE_MILLIS - since, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private Future<Outcome.FeedPage> read() {
      woken = false;
      lastReadNanos = System.nanoTime();
      return bus.request(Operation.FEED, position)
          .onSuccess(
              page -> {
                position = position.from(page.next());
                atEnd = !page.more();
              });
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
