package dev.standby.example;

import dev.standby.bus.EventTriggers;
import dev.standby.bus.Registration;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The event-bus client of the README, word for word. */
final class PaymentVerticle extends VerticleBase {
  @Override
  public Future<?> start() {
    EventTriggers triggers = EventTriggers.create(vertx);
    return triggers
        .register(Registration.of("order-44/paid").timeoutSecs(600))
        .onSuccess(waiting -> triggers.await("order-44/paid").onSuccess(this::ended));
  }

  private void ended(EventTrigger trigger) {
    vertx.eventBus().publish("payments", trigger.status() + " " + trigger.responsePayload());
  }
}
