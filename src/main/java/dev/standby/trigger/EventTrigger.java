package dev.standby.trigger;

import java.time.Instant;
import java.util.UUID;

/**
 * One durable wait for one external event, as it stands in its row.
 *
 * @param id a UUIDv7, unique
 * @param eventKey what the sender must name; unique in its project while the trigger waits
 * @param projectId whose trigger it is
 * @param sourceType what is waiting
 * @param workflowRunId who is waiting; null when not given
 * @param workflowStepRunId who is waiting; null when not given
 * @param jobRunId who is waiting; null when not given
 * @param status where it stands
 * @param requestPayload what the waiter attached, as JSON text; null when nothing
 * @param responsePayload what the sender sent, as JSON text; null when nothing
 * @param timeoutSecs how long it may wait, in seconds
 * @param requestedAt when it was registered, by the database's clock
 * @param finishedAt when it ended, in whichever way, by the database's clock; null while it waits
 * @param expiresAt its deadline, by the database's clock
 * @param terms what else its registration asked for
 * @param finishedBy who sent or canceled, as in {@link Origin#actor}; null while it waits, when it
 *     timed out, and when it ended before this was written down
 * @param traceparent the trace of its registration, as W3C Trace Context writes it; null when that
 *     was not recorded, and wherever the trigger came by message
 */
public record EventTrigger(
    UUID id,
    String eventKey,
    String projectId,
    SourceType sourceType,
    String workflowRunId,
    String workflowStepRunId,
    String jobRunId,
    Status status,
    String requestPayload,
    String responsePayload,
    int timeoutSecs,
    Instant requestedAt,
    Instant finishedAt,
    Instant expiresAt,
    Terms terms,
    String finishedBy,
    String traceparent)
    implements Outcome.Sent, Sized {

  @Override
  public int chars() {
    return Sized.chars(requestPayload) + Sized.chars(responsePayload) + terms.chars();
  }

  /** Why the trigger is not {@code received}; null when there is nothing to explain. */
  public String error() {
    return status.error();
  }

  /** When the event was sent, by the database's clock; null unless received. */
  public Instant receivedAt() {
    return status == Status.RECEIVED ? finishedAt : null;
  }

  /** Who sent the event; null unless it is received. */
  public String sentBy() {
    return status == Status.RECEIVED ? finishedBy : null;
  }

  /** Who canceled the wait; null unless it is canceled. */
  public String canceledBy() {
    return status == Status.CANCELED ? finishedBy : null;
  }

  /** Whether it was its deadline that ended the wait, and nobody's event. */
  public boolean endedByDeadline() {
    return status == Status.TIMED_OUT
        || (status == Status.RECEIVED && !finishedAt.isBefore(expiresAt));
  }

  /** Whether its deadline is another than the registration has set. */
  public boolean deadlineMoved() {
    return !expiresAt.equals(requestedAt.plusSeconds(timeoutSecs));
  }

  /** The trigger as it was when it had been registered, whatever has become of it since. */
  public EventTrigger asRegistered() {
    return new EventTrigger(
        id,
        eventKey,
        projectId,
        sourceType,
        workflowRunId,
        workflowStepRunId,
        jobRunId,
        Status.WAITING,
        requestPayload,
        null,
        timeoutSecs,
        requestedAt,
        null,
        expiresAt,
        terms,
        null,
        traceparent);
  }

  /** What identifies this trigger's row, and the state in which it was seen. */
  public TriggerRef ref() {
    return new TriggerRef(projectId, requestedAt, id, status, expiresAt);
  }
}
