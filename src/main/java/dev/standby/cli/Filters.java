package dev.standby.cli;

import picocli.CommandLine.Option;

/** Which of a project's waits are meant: the filters of its list and of its feed. */
final class Filters {
  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "Only those that are waiting, received, timed_out or canceled.")
  private String status;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "Only those whose key begins with this.")
  private String prefix;

  @Option(names = "--source-type", paramLabel = "TYPE", description = "workflow_step or job_run.")
  private String sourceType;

  @Option(names = "--workflow-run-id", paramLabel = "ID", description = "Of this workflow run.")
  private String workflowRunId;

  @Option(names = "--job-run-id", paramLabel = "ID", description = "Of this job run.")
  private String jobRunId;

  @Option(names = "--trigger-type", paramLabel = "TYPE", description = "event or sleep.")
  private String triggerType;

  @Option(
      names = "--expires-before",
      paramLabel = "TIME",
      description = "Only those whose deadline is before 2027-01-31T00:00:00Z, or the like.")
  private String expiresBefore;

  /** Asks for those only. */
  Request applyTo(Request request) {
    return request
        .query("status", status)
        .query("event_key_prefix", prefix)
        .query("source_type", sourceType)
        .query("workflow_run_id", workflowRunId)
        .query("job_run_id", jobRunId)
        .query("trigger_type", triggerType)
        .query("expires_before", expiresBefore);
  }
}
