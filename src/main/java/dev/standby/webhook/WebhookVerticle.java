package dev.standby.webhook;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.config.WebhookConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClientOptions;

/** Makes the deliveries that are due: as soon as one is written on this node, and on a tick. */
public final class WebhookVerticle extends VerticleBase {
  /** A node that has died between commit and delivery is made up for by the others this soon. */
  private static final long TICK_MILLIS = 500;

  private final WebhookConfig config;
  private Courier courier;

  /** A room with those settings. */
  public WebhookVerticle(WebhookConfig config) {
    this.config = config;
  }

  @Override
  public Future<?> start() {
    Bus bus = Bus.local(vertx);
    Destinations destinations = new Destinations(Destinations.resolver(vertx), config.allowed());
    Calls calls =
        new Calls(
            vertx,
            destinations,
            new HttpClientOptions(),
            config.maxConcurrent(),
            Calls.CALL_MILLIS);
    courier = new Courier(bus, new Secrets(bus), calls, config.maxConcurrent());
    vertx.setPeriodic(TICK_MILLIS, tick -> courier.look());
    return bus.hearLocally(Addresses.WEBHOOK_DUE, String.class, reason -> courier.look());
  }

  @Override
  public Future<?> stop() {
    return courier == null ? Future.succeededFuture() : courier.stop();
  }
}
