package dev.standby.store;

import dev.standby.bus.JsonText;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Status;
import dev.standby.trigger.Terms;
import java.util.Objects;

/** What a request gets that did not change the row itself: decided by what the row says. */
final class Judge {
  private Judge() {}

  /** Answers a request to end a wait by a trigger that is terminal. */
  static void ending(Entry<Ending, EventTrigger> entry, EventTrigger trigger) {
    Ending ending = entry.command();
    boolean asAsked =
        switch (ending.status()) {
          // An event that is held when nobody waits is one more, unless it may be that very one.
          case RECEIVED ->
              (!ending.hold() || entry.uncertain())
                  && trigger.status() == Status.RECEIVED
                  && JsonText.equalValues(ending.payload(), trigger.responsePayload());
          // Who lost the connection during a cancel, and finds it canceled, has been heard.
          case CANCELED -> entry.uncertain() && trigger.status() == Status.CANCELED;
          case WAITING, TIMED_OUT -> true;
        };
    if (asAsked) {
      entry.answer(trigger);
    } else {
      entry.fail(
          Rejection.conflict(
              "The event trigger is already "
                  + trigger.status().code()
                  + (ending.status() == trigger.status() && ending.status() == Status.RECEIVED
                      ? ", with another payload"
                      : ""),
              trigger));
    }
  }

  private static boolean same(Terms asked, Terms standing) {
    return asked.equals(standing)
        || (asked.type() == standing.type()
            && JsonText.equalValues(asked.payloadSchema(), standing.payloadSchema())
            && JsonText.equalValues(asked.timeoutPayload(), standing.timeoutPayload())
            && Objects.equals(asked.notifyUrl(), standing.notifyUrl())
            && Objects.equals(asked.emitKey(), standing.emitKey()));
  }

  /** Answers a registration by a trigger that waits for its key. */
  static void registration(
      Entry<Command.Register, Outcome.Registered> entry, EventTrigger trigger, boolean ours) {
    Command.Register command = entry.command();
    boolean same =
        command.sourceType() == trigger.sourceType()
            && Objects.equals(command.workflowRunId(), trigger.workflowRunId())
            && Objects.equals(command.workflowStepRunId(), trigger.workflowStepRunId())
            && Objects.equals(command.jobRunId(), trigger.jobRunId())
            // What was asked for is not known any more once somebody has moved the deadline.
            && (command.timeoutSecs() == trigger.timeoutSecs() || trigger.deadlineMoved())
            && same(command.terms(), trigger.terms())
            && JsonText.equalValues(command.requestPayload(), trigger.requestPayload());
    if (same) {
      entry.answer(new Outcome.Registered(trigger, ours));
    } else {
      entry.fail(
          Rejection.conflict(
              "The event trigger "
                  + trigger.id()
                  + " already waits for this key, registered with another body",
              trigger));
    }
  }
}
