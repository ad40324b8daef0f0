package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Sized;
import dev.standby.trigger.Status;
import java.util.UUID;

/**
 * How a request wants a wait to end; what every kind of ending is for {@code finish.sql}.
 *
 * @param status {@code RECEIVED} for a send, {@code CANCELED} for a cancel, {@code TIMED_OUT} to
 *     end the wait only if its deadline has passed
 * @param payload what is sent along; null for nothing
 * @param hold whether the event is kept if nobody waits for it
 * @param id the only trigger that may be ended; null for whichever waits
 * @param whole whether the payload satisfies that trigger's schema, and who asks sees to sending it
 *     on
 * @param origin who asks
 */
record Ending(
    String eventKey,
    String projectId,
    Status status,
    String payload,
    boolean hold,
    UUID id,
    boolean whole,
    Origin origin)
    implements Sized {
  /** Of a deadline: it is nobody's doing. */
  private static final Origin NOBODY = new Origin(null, null, null);

  @Override
  public int chars() {
    return Sized.chars(payload);
  }

  static Ending of(Command.Send send) {
    return new Ending(
        send.eventKey(),
        send.projectId(),
        Status.RECEIVED,
        send.payload(),
        send.holdSecs() > 0,
        null,
        false,
        send.origin());
  }

  static Ending of(Command.Cancel cancel) {
    return new Ending(
        cancel.eventKey(),
        cancel.projectId(),
        Status.CANCELED,
        null,
        false,
        null,
        false,
        cancel.origin());
  }

  /**
   * Whether that trigger is one that may be ended: not another, for which the key was registered
   * anew.
   */
  boolean means(EventTrigger trigger) {
    return id == null || id.equals(trigger.id());
  }

  static Ending ifDue(String eventKey, String projectId) {
    return new Ending(eventKey, projectId, Status.TIMED_OUT, null, false, null, false, NOBODY);
  }

  /** Ends that trigger, which sleeps, when its deadline has passed. */
  static Ending ofSleep(String eventKey, String projectId, UUID id, Origin origin) {
    return new Ending(eventKey, projectId, Status.TIMED_OUT, null, false, id, true, origin);
  }

  /** What is sent on to a key. */
  static Ending emitted(String eventKey, String projectId, String payload, Origin origin) {
    return new Ending(eventKey, projectId, Status.RECEIVED, payload, false, null, true, origin);
  }

  /** The same of that trigger only, with all that it asks for seen to. */
  Ending wholly(EventTrigger trigger) {
    return new Ending(
        trigger.eventKey(), trigger.projectId(), status, payload, hold, trigger.id(), true, origin);
  }

  /** Ends that trigger and no other, by an event. */
  static Ending of(EventTrigger trigger, Command.Resolve resolve) {
    return new Ending(
        trigger.eventKey(),
        trigger.projectId(),
        Status.RECEIVED,
        resolve.payload(),
        false,
        trigger.id(),
        false,
        resolve.origin());
  }
}
