package dev.standby.bus;

import static java.util.stream.Collectors.joining;

import dev.standby.bus.JsonText.Kind;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.SourceType;
import dev.standby.trigger.Status;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The one JSON form of a trigger (contract, section "The trigger"): what every endpoint, every
 * frame of a stream and every message on the bus shows.
 */
public final class TriggerJson {
  private static final Map<String, Kind> FIELDS =
      Map.ofEntries(
          Map.entry("id", Kind.TEXT),
          Map.entry("event_key", Kind.TEXT),
          Map.entry("project_id", Kind.TEXT),
          Map.entry("source_type", Kind.TEXT),
          Map.entry("workflow_run_id", Kind.TEXT),
          Map.entry("workflow_step_run_id", Kind.TEXT),
          Map.entry("job_run_id", Kind.TEXT),
          Map.entry("status", Kind.TEXT),
          Map.entry("request_payload", Kind.JSON),
          Map.entry("response_payload", Kind.JSON),
          Map.entry("timeout_secs", Kind.INTEGER),
          Map.entry("requested_at", Kind.TEXT),
          Map.entry("received_at", Kind.TEXT),
          Map.entry("finished_at", Kind.TEXT),
          Map.entry("expires_at", Kind.TEXT),
          Map.entry("error", Kind.TEXT),
          Map.entry("sent_by", Kind.TEXT),
          Map.entry("canceled_by", Kind.TEXT),
          Map.entry("trigger_type", Kind.TEXT),
          Map.entry("payload_schema", Kind.JSON),
          Map.entry("timeout_payload", Kind.JSON),
          Map.entry("notify_url", Kind.TEXT),
          Map.entry("emit_key", Kind.TEXT));

  private TriggerJson() {}

  /** The trigger as one line of JSON. */
  public static String encode(EventTrigger trigger) {
    return fields(trigger).end();
  }

  /** As {@link #encode}, with a link by which it may be resolved. */
  static String encode(EventTrigger trigger, String callbackUrl) {
    return fields(trigger).text("callback_url", callbackUrl).end();
  }

  private static JsonFields fields(EventTrigger trigger) {
    JsonFields fields =
        new JsonFields()
            .text("id", trigger.id())
            .text("event_key", trigger.eventKey())
            .text("project_id", trigger.projectId())
            .text("source_type", trigger.sourceType().code())
            .text("workflow_run_id", trigger.workflowRunId())
            .text("workflow_step_run_id", trigger.workflowStepRunId())
            .text("job_run_id", trigger.jobRunId())
            .text("status", trigger.status().code())
            .raw("request_payload", trigger.requestPayload())
            .raw("response_payload", trigger.responsePayload())
            .raw("timeout_secs", trigger.timeoutSecs())
            .text("requested_at", trigger.requestedAt())
            .text("received_at", trigger.receivedAt())
            .text("finished_at", trigger.finishedAt())
            .text("expires_at", trigger.expiresAt())
            .text("error", trigger.error())
            .text("sent_by", trigger.sentBy())
            .text("canceled_by", trigger.canceledBy());
    return TermsJson.write(fields, trigger.terms());
  }

  /** Triggers as a JSON array, on one line. */
  static String encode(List<EventTrigger> triggers) {
    return triggers.stream().map(TriggerJson::encode).collect(joining(",", "[", "]"));
  }

  /** Reads what {@link #encode(List)} wrote. */
  static List<EventTrigger> decodeAll(String json) {
    return JsonText.elements(json).stream().map(TriggerJson::decode).toList();
  }

  /** Reads what {@link #encode} wrote. */
  static EventTrigger decode(String json) {
    Map<String, Object> fields = JsonText.known(json, FIELDS);
    return new EventTrigger(
        UUID.fromString((String) fields.get("id")),
        (String) fields.get("event_key"),
        (String) fields.get("project_id"),
        SourceType.ofCode((String) fields.get("source_type")),
        (String) fields.get("workflow_run_id"),
        (String) fields.get("workflow_step_run_id"),
        (String) fields.get("job_run_id"),
        Status.ofCode((String) fields.get("status")),
        (String) fields.get("request_payload"),
        (String) fields.get("response_payload"),
        (Integer) fields.get("timeout_secs"),
        JsonText.instant(fields.get("requested_at")),
        // Nodes that did not say when a wait ended said when its event was received.
        JsonText.instant(fields.getOrDefault("finished_at", fields.get("received_at"))),
        JsonText.instant(fields.get("expires_at")),
        TermsJson.read(fields),
        (String) fields.getOrDefault("sent_by", fields.get("canceled_by")),
        null);
  }
}
