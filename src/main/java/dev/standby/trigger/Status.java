package dev.standby.trigger;

/**
 * The states of a trigger.
 *
 * <pre>
 *             send, prefix send, before the deadline; a sleep's deadline
 *          ┌─────────────────────────────────────────▶ received
 *          │
 *  waiting ┼──────── the deadline has passed ────────▶ timed_out
 *          │
 *          └──────── cancel, before the deadline ────▶ canceled
 * </pre>
 *
 * The three on the right are terminal: a trigger leaves {@code waiting} once and never changes
 * again.
 */
public enum Status {
  /** Nobody has sent yet and the deadline lies ahead. */
  WAITING("waiting", null),
  /** An event was sent before the deadline. */
  RECEIVED("received", null),
  /** The deadline passed first. */
  TIMED_OUT("timed_out", "event trigger timed out"),
  /** Somebody canceled the wait first. */
  CANCELED("canceled", "canceled by user");

  private final String code;
  private final String error;

  Status(String code, String error) {
    this.code = code;
    this.error = error;
  }

  /** The name of this state in JSON and in the database. */
  public String code() {
    return code;
  }

  /** Why a trigger in this state is not {@code received}; null when there is nothing to explain. */
  public String error() {
    return error;
  }

  /** Whether a trigger in this state never changes again. */
  public boolean terminal() {
    return this != WAITING;
  }

  /**
   * The state with that {@link #code()}.
   *
   * @throws Rejection with {@link Reason#BAD_REQUEST} if there is none
   */
  public static Status ofCode(String code) {
    for (Status status : values()) {
      if (status.code.equals(code)) {
        return status;
      }
    }
    throw Rejection.badRequest(
        "'status' must be one of waiting, received, timed_out, canceled, not '"
            + Text.shown(code)
            + "'");
  }
}
