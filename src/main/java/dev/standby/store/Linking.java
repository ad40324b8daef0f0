package dev.standby.store;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.trigger.AuditEntry;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import java.util.function.Function;

/** Links by which whoever has one may resolve one trigger, once; the access room signs them. */
final class Linking {
  private final Bus bus;
  private final Function<Command.Get, Future<EventTrigger>> reading;
  private final Function<AuditEntry, Future<Void>> audit;

  /**
   * Makes links.
   *
   * @param reading finds the newest trigger of a key
   * @param audit writes down who asked
   */
  Linking(
      Bus bus,
      Function<Command.Get, Future<EventTrigger>> reading,
      Function<AuditEntry, Future<Void>> audit) {
    this.bus = bus;
    this.reading = reading;
    this.audit = audit;
  }

  /** Makes a link for the trigger that waits for a key. */
  Future<Outcome.CallbackLink> make(Command.Callback command) {
    return reading
        .apply(new Command.Get(command.eventKey(), command.projectId()))
        .compose(
            trigger -> {
              if (trigger.status().terminal()) {
                return Future.failedFuture(
                    Rejection.conflict(
                        "The event trigger is already " + trigger.status().code(), trigger));
              }
              return audit
                  .apply(
                      AuditEntry.of(
                          trigger.projectId(),
                          "callbacks.create",
                          trigger.eventKey(),
                          trigger.id(),
                          command.origin()))
                  .compose(written -> sign(bus, trigger))
                  .map(url -> new Outcome.CallbackLink(url, trigger.expiresAt()));
            });
  }

  /** The link for a trigger. */
  static Future<String> sign(Bus bus, EventTrigger trigger) {
    return bus.askLocally(Addresses.SIGN_CALLBACK, trigger);
  }
}
