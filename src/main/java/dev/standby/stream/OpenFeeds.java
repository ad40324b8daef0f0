package dev.standby.stream;

import dev.standby.bus.FeedNext;
import dev.standby.bus.FeedRequest;
import dev.standby.bus.Feeds;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;

/**
 * The open feeds of this node, each of which counts as a stream.
 *
 * <p>Not thread-safe: belongs to the stream verticle's context.
 */
final class OpenFeeds {
  private final Feeds feeds;
  private final Streams streams;
  private final Map<String, Open> open = new HashMap<>();

  OpenFeeds(Feeds feeds, Streams streams) {
    this.feeds = feeds;
    this.streams = streams;
  }

  private record Open(String project, Feeds.Feed feed) {}

  /** Opens a feed; fails with a {@link Rejection} when there is no room for it. */
  Future<Outcome.FeedPage> open(FeedRequest request) {
    String project = request.filter().projectId();
    streams.take(project);
    open.put(request.name(), new Open(project, feeds.open(request.filter())));
    return next(new FeedNext(request.name(), request.after()))
        .onFailure(failure -> close(request.name()));
  }

  /** What follows in a feed. */
  Future<Outcome.FeedPage> next(FeedNext request) {
    Open feed = open.get(request.name());
    return feed == null
        ? Future.failedFuture(Rejection.of(Reason.NOT_FOUND, "There is no such feed"))
        : feed.feed().next(request.after());
  }

  /** Closes the feed of that name; harmless when there is none. */
  void close(String name) {
    Open feed = open.remove(name);
    if (feed != null) {
      feed.feed().close();
      streams.giveBack(feed.project());
    }
  }
}
