package dev.standby.bus;

import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A feed that is being read, by {@link EventTriggers#feed}; may be used from any thread. */
public final class FeedReading {
  private static final long RETRY_MILLIS = 500;

  private final Vertx vertx;
  private final Context context;
  private final Feeds.Feed feed;
  private final Function<Outcome.FeedPage, Future<?>> handler;
  private final Promise<Void> ended = Promise.promise();
  private volatile String position;

  /** Nothing more is to be handled. */
  private boolean closing;

  FeedReading(
      Vertx vertx,
      Context context,
      Feeds.Feed feed,
      Function<Outcome.FeedPage, Future<?>> handler) {
    this.vertx = vertx;
    this.context = context;
    this.feed = feed;
    this.handler = handler;
  }

  /** Reads on after that id; completes when the first page has been handled. */
  Future<FeedReading> begin(String after) {
    return feed.next(after)
        .compose(this::handle)
        .onSuccess(handled -> goOn())
        .onFailure(this::fail)
        .map(this);
  }

  private Future<Void> handle(Outcome.FeedPage page) {
    Future<?> handled =
        page.changes().isEmpty() && !page.reset() ? Future.succeededFuture() : handler.apply(page);
    return handled.map(
        done -> {
          position = page.next();
          return null;
        });
  }

  private void goOn() {
    if (closing) {
      ended.tryComplete();
      return;
    }
    feed.next(position)
        .onComplete(
            page -> {
              if (closing) {
                ended.tryComplete();
              } else {
                Future.succeededFuture(page)
                    .compose(this::handle)
                    .onComplete(handled -> goOn(), this::fail);
              }
            },
            failure -> {
              if (closing) {
                ended.tryComplete();
              } else if (Bus.rejection(failure).reason() == Reason.UNAVAILABLE) {
                vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS).onSuccess(tick -> goOn());
              } else {
                fail(failure);
              }
            });
  }

  private void fail(Throwable failure) {
    ended.tryFail(failure);
    feed.close();
  }

  /** Where it could be gone on with: all before has been handled. */
  public String position() {
    return position;
  }

  /**
   * Completes when it has been closed, and the last page handled; fails if it can't go on, or as
   * the handler failed.
   */
  public Future<Void> ended() {
    return ended.future();
  }

  /** Ends it; what is being handled then is the last. Harmless when it has ended. */
  public void close() {
    context.runOnContext(
        later -> {
          closing = true;
          feed.close();
        });
  }
}
