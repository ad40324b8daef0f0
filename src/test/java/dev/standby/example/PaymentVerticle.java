package dev.standby.example;

import dev.standby.bus.EventTriggers;
import dev.standby.bus.Registration;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The event-bus client of the README, word for word. */
final class PaymentVerticle extends VerticleBase {
  @Override
  public Future<?> start() {
    EventTriggers triggers = EventTriggers.create(vertx);
    Registration order = Registration.of("order-44/paid").timeoutSecs(600);
    return triggers
        .register(order)
        .onSuccess(
            waiting ->
                triggers
                    .await("order-44/paid")
                    .onSuccess(
                        ended ->
                            vertx
                                .eventBus()
                                .publish(
                                    "payments", ended.status() + " " + ended.responsePayload())));
  }
}
