package dev.standby.webhook;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.config.WebhookConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClientOptions;

/** Makes the deliveries that are due: as soon as one is written on this node, and on a tick. */
public final class WebhookVerticle extends VerticleBase {
  /** A node that has died between commit and delivery is made up for by the others this soon. */
  private static final long TICK_MILLIS = 500;

  private final WebhookConfig config;
  private final MeterRegistry registry;
  private Courier courier;

  /** A room with those settings, and meters of that registry. */
  public WebhookVerticle(WebhookConfig config, MeterRegistry registry) {
    this.config = config;
    this.registry = registry;
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
    courier =
        new Courier(bus, new Secrets(bus), calls, config.maxConcurrent(), new CallMeters(registry));
    vertx.setPeriodic(TICK_MILLIS, tick -> courier.look());
    return bus.hearLocally(Addresses.WEBHOOK_DUE, String.class, reason -> courier.look());
  }

  @Override
  public Future<?> stop() {
    return courier == null ? Future.succeededFuture() : courier.stop();
  }
}
