package dev.standby.trigger;

/** What is waiting. */
public enum SourceType {
  /** A step of a workflow run. */
  WORKFLOW_STEP("workflow_step"),
  /** A job run; what is meant when a registration does not say. */
  JOB_RUN("job_run");

  private final String code;

  SourceType(String code) {
    this.code = code;
  }

  /** The name in JSON and in the database. */
  public String code() {
    return code;
  }

  /**
   * The source type with that {@link #code()}.
   *
   * @throws Rejection with {@link Reason#BAD_REQUEST} if there is none
   */
  public static SourceType ofCode(String code) {
    for (SourceType type : values()) {
      if (type.code.equals(code)) {
        return type;
      }
    }
    throw Rejection.badRequest(
        "'source_type' must be one of workflow_step, job_run, not '" + Text.shown(code) + "'");
  }
}
