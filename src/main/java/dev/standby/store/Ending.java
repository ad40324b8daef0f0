package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.Status;

/**
 * How a request wants a wait to end; what every kind of ending is for {@code finish.sql}.
 *
 * @param status {@code RECEIVED} for a send, {@code CANCELED} for a cancel, {@code TIMED_OUT} to
 *     end the wait only if its deadline has passed
 * @param payload what is sent along; null for nothing
 */
record Ending(String eventKey, String projectId, Status status, String payload) {
  static Ending of(Command.Send send) {
    return new Ending(send.eventKey(), send.projectId(), Status.RECEIVED, send.payload());
  }

  static Ending of(Command.Cancel cancel) {
    return new Ending(cancel.eventKey(), cancel.projectId(), Status.CANCELED, null);
  }

  static Ending ifDue(String eventKey, String projectId) {
    return new Ending(eventKey, projectId, Status.TIMED_OUT, null);
  }
}
