package dev.standby.stream;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.StreamRequest;
import dev.standby.bus.Watchers;
import dev.standby.config.StreamConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Opens streams, and tells them what changes. */
public final class StreamVerticle extends VerticleBase {
  private final StreamConfig config;

  /** A room with those settings. */
  public StreamVerticle(StreamConfig config) {
    this.config = config;
  }

  @Override
  public Future<?> start() {
    Bus bus = Bus.local(vertx);
    return Watchers.start(vertx, bus, config.catchUpMillis())
        .compose(
            watchers -> {
              Streams streams = new Streams(bus, watchers, config);
              return Future.all(
                  bus.serveLocally(Addresses.STREAM_OPEN, StreamRequest.class, streams::open),
                  bus.hearLocally(Addresses.STREAM_CLOSE, String.class, streams::close));
            });
  }
}
