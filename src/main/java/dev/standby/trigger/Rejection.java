package dev.standby.trigger;

import java.util.List;

/** A request that is refused; whatever it asked for has not happened. */
public final class Rejection extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final transient EventTrigger trigger;
  private final Long count;
  private final transient List<Fault> faults;

  private Rejection(
      Reason reason, String detail, EventTrigger trigger, Long count, List<Fault> faults) {
    // No stack trace: a refusal is an answer, and on a busy node a frequent one.
    super(detail, null, false, false);
    this.reason = reason;
    this.trigger = trigger;
    this.count = count;
    this.faults = List.copyOf(faults);
  }

  /** A refusal for that reason; {@code detail} is shown to the client. */
  public static Rejection of(Reason reason, String detail) {
    return new Rejection(reason, detail, null, null, List.of());
  }

  /**
   * A refusal as it came over the bus.
   *
   * @param trigger the trigger in the way; null when there is none to name
   * @param count how many triggers matched; null when that is not the point
   * @param faults of a payload, if any
   */
  public static Rejection of(
      Reason reason, String detail, EventTrigger trigger, Long count, List<Fault> faults) {
    return new Rejection(reason, detail, trigger, count, faults);
  }

  /** Refuses a payload that does not satisfy the schema of the wait for that key. */
  public static Rejection unfit(String eventKey, List<Fault> faults) {
    return new Rejection(
        Reason.VALIDATION_FAILED,
        "The payload does not satisfy the 'payload_schema' of '" + eventKey + "'",
        null,
        null,
        faults);
  }

  /** Refuses a request that is wrong in itself; {@code detail} names the field. */
  public static Rejection badRequest(String detail) {
    return of(Reason.BAD_REQUEST, detail);
  }

  /** Refuses because the client may not do that. */
  public static Rejection forbidden(String detail) {
    return of(Reason.FORBIDDEN, detail);
  }

  /** Refuses because no trigger has that key. */
  public static Rejection notFound(String eventKey) {
    return of(Reason.NOT_FOUND, "No event trigger has the key '" + eventKey + "'");
  }

  /** Refuses because of {@code trigger}, which the client is shown. */
  public static Rejection conflict(String detail, EventTrigger trigger) {
    return new Rejection(Reason.CONFLICT, detail, trigger, null, List.of());
  }

  /** Refuses because the key alone does not say whose trigger is meant. */
  public static Rejection ambiguous(String eventKey) {
    return of(
        Reason.CONFLICT,
        "Several projects have the key '" + eventKey + "': name one with 'project_id'");
  }

  /** Refuses because {@code count} triggers are more than one request may touch. */
  public static Rejection tooMany(long count, int limit) {
    return new Rejection(
        Reason.VALIDATION_FAILED,
        count + " waiting triggers match, more than the " + limit + " that one request may resolve",
        null,
        count,
        List.of());
  }

  /** Refuses because the payloads of {@code count} triggers are more than one answer may have. */
  public static Rejection tooLong(long count, long bytes, long limit) {
    return new Rejection(
        Reason.VALIDATION_FAILED,
        count
            + " waiting triggers match, whose payloads take "
            + bytes
            + " bytes, more than the "
            + limit
            + " that one answer may have: use a longer prefix",
        null,
        count,
        List.of());
  }

  /** Refuses for now; the same request may succeed a moment later. */
  public static Rejection unavailable(String detail) {
    return of(Reason.UNAVAILABLE, detail);
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** The trigger in the way; null when there is none to name. */
  public EventTrigger trigger() {
    return trigger;
  }

  /** How many triggers matched; null when that is not the point. */
  public Long count() {
    return count;
  }

  /** What is wrong with a payload; empty when that is not the point. */
  public List<Fault> faults() {
    return faults;
  }
}
