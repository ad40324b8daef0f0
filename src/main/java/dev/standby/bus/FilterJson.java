package dev.standby.bus;

import dev.standby.trigger.Filter;
import dev.standby.trigger.SourceType;
import dev.standby.trigger.Status;
import dev.standby.trigger.TriggerType;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A {@link Filter} as the parameters of a query, and as the fields of a message. */
public final class FilterJson {
  /** What they are called. */
  public static final Set<String> NAMES =
      Set.of(
          "status",
          "workflow_run_id",
          "job_run_id",
          "source_type",
          "trigger_type",
          "event_key_prefix",
          "expires_before");

  private FilterJson() {}

  /**
   * The filter of those parameters, each null when it is not given.
   *
   * @throws dev.standby.trigger.Rejection naming one that can't be
   */
  public static Filter read(UnaryOperator<String> parameter) {
    String status = parameter.apply("status");
    String sourceType = parameter.apply("source_type");
    String type = parameter.apply("trigger_type");
    return new Filter(
        status == null ? null : Status.ofCode(status),
        parameter.apply("workflow_run_id"),
        parameter.apply("job_run_id"),
        sourceType == null ? null : SourceType.ofCode(sourceType),
        type == null ? null : TriggerType.ofCode(type),
        parameter.apply("event_key_prefix"),
        CommandJson.dateTime("expires_before", parameter.apply("expires_before")));
  }

  /** Adds what the filter says to a message. */
  static JsonFields write(JsonFields out, Filter filter) {
    return out.text("status", filter.status() == null ? null : filter.status().code())
        .text("workflow_run_id", filter.workflowRunId())
        .text("job_run_id", filter.jobRunId())
        .text("source_type", filter.sourceType() == null ? null : filter.sourceType().code())
        .text("trigger_type", filter.type() == null ? null : filter.type().code())
        .text("event_key_prefix", filter.keyPrefix())
        .text("expires_before", filter.expiresBefore());
  }
}
