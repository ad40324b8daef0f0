package dev.standby.trigger;

import java.time.Instant;

/**
 * Which triggers of a project are meant; what is null narrows nothing.
 *
 * @param status only those
 * @param workflowRunId only those
 * @param jobRunId only those
 * @param sourceType only those
 * @param type only those
 * @param keyPrefix only those whose key starts so
 * @param expiresBefore only those whose deadline is before that
 */
public record Filter(
    Status status,
    String workflowRunId,
    String jobRunId,
    SourceType sourceType,
    TriggerType type,
    String keyPrefix,
    Instant expiresBefore) {
  /** All of them. */
  public static final Filter ALL = new Filter(null, null, null, null, null, null, null);

  /** Whether that trigger, as it is, is one of them. */
  public boolean matches(EventTrigger trigger) {
    return (status == null || status == trigger.status())
        && (workflowRunId == null || workflowRunId.equals(trigger.workflowRunId()))
        && (jobRunId == null || jobRunId.equals(trigger.jobRunId()))
        && (sourceType == null || sourceType == trigger.sourceType())
        && (type == null || type == trigger.terms().type())
        && (keyPrefix == null || trigger.eventKey().startsWith(keyPrefix))
        && (expiresBefore == null || trigger.expiresAt().isBefore(expiresBefore));
  }

  /** Checks every field. */
  public Filter {
    Text.checkedIfPresent("workflow_run_id", workflowRunId, Command.MAX_ID_CHARS);
    Text.checkedIfPresent("job_run_id", jobRunId, Command.MAX_ID_CHARS);
    Text.checkedIfPresent("event_key_prefix", keyPrefix, EventKey.MAX_CHARS);
  }
}
