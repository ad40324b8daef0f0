package dev.standby.trigger;

/** What a trigger waits for (contract, section "More for a wait"). */
public enum TriggerType {
  /** For an event: when none comes, it times out. */
  EVENT("event"),
  /** For its deadline: it is received when that has come. */
  SLEEP("sleep");

  private final String code;

  TriggerType(String code) {
    this.code = code;
  }

  /** The name of this type in JSON and in the database. */
  public String code() {
    return code;
  }

  /**
   * The type with that {@link #code()}.
   *
   * @throws Rejection with {@link Reason#BAD_REQUEST} if there is none
   */
  public static TriggerType ofCode(String code) {
    for (TriggerType type : values()) {
      if (type.code.equals(code)) {
        return type;
      }
    }
    throw Rejection.badRequest(
        "'trigger_type' must be event or sleep, not '" + Text.shown(code) + "'");
  }
}
