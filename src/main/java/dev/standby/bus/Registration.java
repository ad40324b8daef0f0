package dev.standby.bus;

import dev.standby.trigger.Command;
import dev.standby.trigger.Origin;
import dev.standby.trigger.SourceType;
import dev.standby.trigger.Terms;
import dev.standby.trigger.TriggerType;
import io.vertx.core.json.Json;

/** A wait to be registered, field by field. What is not set has the contract's default. */
public final class Registration {
  private final String eventKey;
  private String projectId;
  private SourceType sourceType;
  private String workflowRunId;
  private String workflowStepRunId;
  private String jobRunId;
  private String requestPayload;
  private int timeoutSecs = Command.Register.DEFAULT_TIMEOUT_SECS;
  private TriggerType type = TriggerType.EVENT;
  private String payloadSchema;
  private String timeoutPayload;
  private String notifyUrl;
  private String emitKey;

  private Registration(String eventKey) {
    this.eventKey = eventKey;
  }

  /** A wait for that key. */
  public static Registration of(String eventKey) {
    return new Registration(eventKey);
  }

  /** In that project. */
  public Registration project(String id) {
    projectId = id;
    return this;
  }

  /** On behalf of a step of a workflow run. */
  public Registration workflowStep(String runId, String stepRunId) {
    sourceType = SourceType.WORKFLOW_STEP;
    workflowRunId = runId;
    workflowStepRunId = stepRunId;
    return this;
  }

  /** On behalf of a job run. */
  public Registration jobRun(String runId) {
    sourceType = SourceType.JOB_RUN;
    jobRunId = runId;
    return this;
  }

  /** With something attached for whoever looks at it: anything that Jackson writes as JSON. */
  public Registration requestPayload(Object payload) {
    requestPayload = Json.encode(payload);
    return this;
  }

  /** For so many seconds, 1 to 31 536 000. */
  public Registration timeoutSecs(int secs) {
    timeoutSecs = secs;
    return this;
  }

  /** For its deadline, and not for an event: it is received when that has come. */
  public Registration sleep() {
    type = TriggerType.SLEEP;
    return this;
  }

  /** For an event only whose payload satisfies that JSON Schema (2020-12). */
  public Registration payloadSchema(Object schema) {
    payloadSchema = Json.encode(schema);
    return this;
  }

  /** What it is given at its deadline: anything that Jackson writes as JSON. */
  public Registration timeoutPayload(Object payload) {
    timeoutPayload = Json.encode(payload);
    return this;
  }

  /** That URL is called when the wait has ended. */
  public Registration notifyUrl(String url) {
    notifyUrl = url;
    return this;
  }

  /** What it receives is sent on to that key of the project, or held for it if nobody waits. */
  public Registration emitKey(String key) {
    emitKey = key;
    return this;
  }

  Command.Register command() {
    Command.Register command =
        new Command.Register(
            eventKey,
            projectId,
            sourceType,
            workflowRunId,
            workflowStepRunId,
            jobRunId,
            requestPayload,
            timeoutSecs,
            new Terms(type, payloadSchema, timeoutPayload, notifyUrl, emitKey),
            false,
            Origin.BUS);
    // Through the decoder, which refuses what PostgreSQL could not store.
    return Operation.REGISTER.decode(CommandJson.encode(command));
  }
}
