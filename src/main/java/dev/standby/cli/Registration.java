package dev.standby.cli;

import picocli.CommandLine.Option;

/** What a wait is registered with: the fields of the API's {@code RegisterRequest}. */
final class Registration {
  @Option(
      names = "--timeout-secs",
      paramLabel = "SECS",
      description = "How long to wait, in seconds; an hour when not given.")
  private Integer timeoutSecs;

  @Option(
      names = "--request-payload",
      paramLabel = Payloads.LABEL,
      description =
          "What the sender should see: JSON, a file with it, or - for the standard input.")
  private String requestPayload;

  @Option(
      names = "--payload-schema",
      paramLabel = Payloads.LABEL,
      description = "The JSON Schema that what is sent must satisfy.")
  private String payloadSchema;

  @Option(
      names = "--timeout-payload",
      paramLabel = Payloads.LABEL,
      description = "What is received in the end if nothing was sent in time.")
  private String timeoutPayload;

  @Option(
      names = "--source-type",
      paramLabel = "TYPE",
      description = "What waits: workflow_step or job_run (when not given).")
  private String sourceType;

  @Option(names = "--workflow-run-id", paramLabel = "ID", description = "The workflow run.")
  private String workflowRunId;

  @Option(names = "--workflow-step-run-id", paramLabel = "ID", description = "Its step.")
  private String workflowStepRunId;

  @Option(names = "--job-run-id", paramLabel = "ID", description = "The job run.")
  private String jobRunId;

  @Option(
      names = "--trigger-type",
      paramLabel = "TYPE",
      description = "event (when not given), or sleep: it is received when the time is over.")
  private String triggerType;

  @Option(names = "--notify-url", paramLabel = "URL", description = "Is called when it has ended.")
  private String notifyUrl;

  @Option(
      names = "--emit-key",
      paramLabel = "KEY",
      description = "Where what is received is sent on to.")
  private String emitKey;

  /** Whether anything has been given. */
  boolean given() {
    return !body(null, null, (option, json) -> json).equals("{}");
  }

  /** How the JSON of an option is read. */
  @FunctionalInterface
  interface PayloadReader {
    String read(String option, String given);
  }

  /** The request's body. */
  String body(String eventKey, String project, PayloadReader payloads) {
    return fields(eventKey, project, payloads).end();
  }

  /** The request's body, to be added to. */
  JsonObject fields(String eventKey, String project, PayloadReader payloads) {
    return new JsonObject()
        .text("event_key", eventKey)
        .text("project_id", project)
        .text("source_type", sourceType)
        .text("workflow_run_id", workflowRunId)
        .text("workflow_step_run_id", workflowStepRunId)
        .text("job_run_id", jobRunId)
        .raw("request_payload", payloads.read("--request-payload", requestPayload))
        .raw("timeout_secs", timeoutSecs)
        .text("trigger_type", triggerType)
        .raw("payload_schema", payloads.read("--payload-schema", payloadSchema))
        .raw("timeout_payload", payloads.read("--timeout-payload", timeoutPayload))
        .text("notify_url", notifyUrl)
        .text("emit_key", emitKey);
  }
}
