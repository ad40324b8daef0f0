package dev.standby.stream;

import dev.standby.bus.Addresses;
import dev.standby.bus.Awaits;
import dev.standby.bus.Bus;
import dev.standby.bus.FeedNext;
import dev.standby.bus.FeedRequest;
import dev.standby.bus.Feeds;
import dev.standby.bus.StreamRequest;
import dev.standby.bus.Watchers;
import dev.standby.config.StreamConfig;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Opens streams, and tells them what changes. */
public final class StreamVerticle extends VerticleBase {
  private final StreamConfig config;
  private final MeterRegistry registry;

  /** A room with those settings, and meters of that registry. */
  public StreamVerticle(StreamConfig config, MeterRegistry registry) {
    this.config = config;
    this.registry = registry;
  }

  @Override
  public Future<?> start() {
    Bus bus = Bus.local(vertx);
    return Watchers.start(vertx, bus, config.catchUpMillis())
        .compose(
            watchers -> {
              count(watchers);
              Streams streams = new Streams(bus, watchers, config);
              OpenFeeds feeds =
                  new OpenFeeds(new Feeds(vertx, bus, config.catchUpMillis()), streams);
              return Future.all(
                  bus.serveLocally(Addresses.STREAM_OPEN, StreamRequest.class, streams::open),
                  bus.hearLocally(Addresses.STREAM_CLOSE, String.class, streams::close),
                  bus.serveLocally(Addresses.FEED_OPEN, FeedRequest.class, feeds::open),
                  bus.serveLocally(Addresses.FEED_NEXT, FeedNext.class, feeds::next),
                  bus.hearLocally(Addresses.STREAM_CLOSE, String.class, feeds::close),
                  bus.serveLocally(
                      Addresses.COUNT_OPEN,
                      String.class,
                      any -> Future.succeededFuture(streams.count())));
            });
  }

  private void count(Watchers watchers) {
    FunctionCounter.builder("standby.announcements.lost", watchers, Watchers::lost)
        .description("Commits that PostgreSQL told of, and no announcement did")
        .register(registry);
    FunctionCounter.builder("standby.announcements.made.up", watchers, Watchers::madeUp)
        .description("Changes that watchers were told from the database, before any announcement")
        .register(registry);
    Gauge.builder("standby.bus.awaits", vertx, Awaits::in)
        .description("Verticles in this node's process that await triggers")
        .register(registry);
  }
}
