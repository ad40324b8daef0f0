package dev.standby.bus;

import static dev.standby.bus.JsonText.quote;

import dev.standby.bus.JsonText.Kind;
import dev.standby.trigger.Command;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.Origin;
import dev.standby.trigger.ReadFeed;
import dev.standby.trigger.Reason;
import dev.standby.trigger.RegisterBatch;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.SendBatch;
import dev.standby.trigger.SourceType;
import dev.standby.trigger.Status;
import dev.standby.trigger.TriggerRef;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** Commands as JSON: the bodies of the contract's section "The event bus". */
final class CommandJson {
  private static final Map<String, Kind> REGISTER =
      Map.ofEntries(
          Map.entry("event_key", Kind.TEXT),
          Map.entry("project_id", Kind.TEXT),
          Map.entry("source_type", Kind.TEXT),
          Map.entry("workflow_run_id", Kind.TEXT),
          Map.entry("workflow_step_run_id", Kind.TEXT),
          Map.entry("job_run_id", Kind.TEXT),
          Map.entry("request_payload", Kind.JSON),
          Map.entry("timeout_secs", Kind.INTEGER),
          Map.entry("callback", Kind.FLAG),
          Map.entry("trigger_type", Kind.TEXT),
          Map.entry("payload_schema", Kind.JSON),
          Map.entry("timeout_payload", Kind.JSON),
          Map.entry("notify_url", Kind.TEXT),
          Map.entry("emit_key", Kind.TEXT));
  private static final Map<String, Kind> UPDATE =
      Map.of("event_key", Kind.TEXT, "project_id", Kind.TEXT, "timeout_secs", Kind.INTEGER);
  private static final Map<String, Kind> SEND =
      Map.of(
          "event_key", Kind.TEXT,
          "project_id", Kind.TEXT,
          "payload", Kind.JSON,
          "hold_secs", Kind.INTEGER);
  private static final Map<String, Kind> LIST_HELD =
      Map.of(
          "project_id", Kind.TEXT,
          "event_key_prefix", Kind.TEXT,
          "limit", Kind.INTEGER,
          "cursor", Kind.TEXT);
  private static final Map<String, Kind> DELETE_HELD =
      Map.of("id", Kind.TEXT, "project_id", Kind.TEXT);
  private static final Map<String, Kind> SEND_PREFIX =
      Map.of("prefix", Kind.TEXT, "project_id", Kind.TEXT, "payload", Kind.JSON);
  private static final Map<String, Kind> KEY =
      Map.of("event_key", Kind.TEXT, "project_id", Kind.TEXT);
  static final Map<String, Kind> LIST =
      Map.of(
          "project_id", Kind.TEXT,
          "status", Kind.TEXT,
          "workflow_run_id", Kind.TEXT,
          "job_run_id", Kind.TEXT,
          "source_type", Kind.TEXT,
          "trigger_type", Kind.TEXT,
          "event_key_prefix", Kind.TEXT,
          "expires_before", Kind.TEXT,
          "limit", Kind.INTEGER,
          "cursor", Kind.TEXT);
  private static final Map<String, Kind> STATS = Map.of("project_id", Kind.TEXT);
  private static final Map<String, Kind> PURGE =
      Map.of("project_id", Kind.TEXT, "older_than_days", Kind.INTEGER, "dry_run", Kind.FLAG);
  private static final Map<String, Kind> REREAD = Map.of("refs", Kind.JSON);
  private static final Map<String, Kind> REF =
      Map.of(
          "project_id", Kind.TEXT,
          "requested_at", Kind.TEXT,
          "id", Kind.TEXT,
          "seen", Kind.TEXT,
          "deadline", Kind.TEXT);

  /** The form of RFC 3339's {@code date-time}. */
  private static final Pattern DATE_TIME =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private CommandJson() {}

  static Command.Register register(String json) {
    Map<String, Object> fields = JsonText.object(json, REGISTER);
    String sourceType = (String) fields.get("source_type");
    return new Command.Register(
        (String) fields.get("event_key"),
        (String) fields.get("project_id"),
        sourceType == null ? null : SourceType.ofCode(sourceType),
        (String) fields.get("workflow_run_id"),
        (String) fields.get("workflow_step_run_id"),
        (String) fields.get("job_run_id"),
        (String) fields.get("request_payload"),
        (Integer) fields.getOrDefault("timeout_secs", Command.Register.DEFAULT_TIMEOUT_SECS),
        TermsJson.read(fields),
        (Boolean) fields.getOrDefault("callback", false),
        Origin.BUS);
  }

  static Command.Send send(String json) {
    Map<String, Object> fields = JsonText.object(json, SEND);
    return new Command.Send(
        (String) fields.get("event_key"),
        (String) fields.get("project_id"),
        (String) fields.get("payload"),
        holdSecs(fields),
        Origin.BUS);
  }

  /** The {@code hold_secs} of a send: 0 only if it is not there. */
  static int holdSecs(Map<String, Object> fields) {
    Integer secs = (Integer) fields.get("hold_secs");
    if (secs != null && secs < 1) {
      throw Rejection.badRequest("'hold_secs' must be from 1 to " + Command.Send.MAX_HOLD_SECS);
    }
    return secs == null ? 0 : secs;
  }

  static Command.ListHeld listHeld(String json) {
    Map<String, Object> fields = JsonText.object(json, LIST_HELD);
    return new Command.ListHeld(
        (String) fields.get("project_id"),
        (Integer) fields.getOrDefault("limit", Command.ListPage.DEFAULT_LIMIT),
        cursor((String) fields.get("cursor")),
        (String) fields.get("event_key_prefix"));
  }

  static Command.DeleteHeld deleteHeld(String json) {
    Map<String, Object> fields = JsonText.object(json, DELETE_HELD);
    return new Command.DeleteHeld(
        heldId((String) fields.get("id")), (String) fields.get("project_id"), null, Origin.BUS);
  }

  /** The id of an event that is held. */
  static UUID heldId(String text) {
    return id(text, "There is no such event");
  }

  /** An id of ours; refuses what can't be one as if it were unknown, with those words. */
  static UUID id(String text, String unknown) {
    if (text == null || !ID.matcher(text).matches()) {
      throw Rejection.of(Reason.NOT_FOUND, unknown);
    }
    return UUID.fromString(text);
  }

  static Command.SendPrefix sendPrefix(String json) {
    Map<String, Object> fields = JsonText.object(json, SEND_PREFIX);
    return new Command.SendPrefix(
        (String) fields.get("prefix"),
        (String) fields.get("project_id"),
        (String) fields.get("payload"),
        Origin.BUS);
  }

  static Command.Cancel cancel(String json) {
    Map<String, Object> fields = JsonText.object(json, KEY);
    return new Command.Cancel(
        (String) fields.get("event_key"), (String) fields.get("project_id"), Origin.BUS);
  }

  static Command.Update update(String json) {
    Map<String, Object> fields = JsonText.object(json, UPDATE);
    return new Command.Update(
        (String) fields.get("event_key"),
        (String) fields.get("project_id"),
        timeoutSecs(fields),
        Origin.BUS);
  }

  /** The {@code timeout_secs} that an update must have. */
  static int timeoutSecs(Map<String, Object> fields) {
    Integer secs = (Integer) fields.get("timeout_secs");
    if (secs == null) {
      throw Rejection.badRequest("'timeout_secs' is required");
    }
    return secs;
  }

  static Command.Callback callback(String json) {
    Map<String, Object> fields = JsonText.object(json, KEY);
    return new Command.Callback(
        (String) fields.get("event_key"), (String) fields.get("project_id"), Origin.BUS);
  }

  static Command.Get get(String json) {
    Map<String, Object> fields = JsonText.object(json, KEY);
    return new Command.Get((String) fields.get("event_key"), (String) fields.get("project_id"));
  }

  static Command.ListPage list(String json) {
    return list(JsonText.object(json, LIST));
  }

  static Command.ListPage list(Map<String, Object> fields) {
    return new Command.ListPage(
        (String) fields.get("project_id"),
        FilterJson.read(name -> (String) fields.get(name)),
        (Integer) fields.getOrDefault("limit", Command.ListPage.DEFAULT_LIMIT),
        cursor((String) fields.get("cursor")));
  }

  /** A list's cursor; null stays null. */
  static Instant cursor(String text) {
    return dateTime("cursor", text);
  }

  /** The date-time of a field; null stays null. */
  static Instant dateTime(String field, String text) {
    if (text == null) {
      return null;
    }
    try {
      // The parser alone would take more: years of nine digits, minutes without seconds.
      if (DATE_TIME.matcher(text).matches()) {
        return OffsetDateTime.parse(text).toInstant();
      }
    } catch (DateTimeException e) {
      // No such day, or hour: refused below.
    }
    throw Rejection.badRequest("'" + field + "' must be a date-time as in RFC 3339");
  }

  static Command.GetStats stats(String json) {
    return new Command.GetStats((String) JsonText.object(json, STATS).get("project_id"));
  }

  static Command.Purge purge(String json) {
    Map<String, Object> fields = JsonText.object(json, PURGE);
    Integer days = (Integer) fields.get("older_than_days");
    if (days == null) {
      throw Rejection.badRequest("'older_than_days' is required");
    }
    return new Command.Purge(
        (String) fields.get("project_id"),
        days,
        (Boolean) fields.getOrDefault("dry_run", false),
        Origin.BUS);
  }

  static Command.Reread reread(String json) {
    List<TriggerRef> refs = new ArrayList<>();
    for (String ref : JsonText.elements((String) JsonText.object(json, REREAD).get("refs"))) {
      Map<String, Object> fields = JsonText.object(ref, REF);
      refs.add(
          new TriggerRef(
              (String) fields.get("project_id"),
              Instant.parse((String) fields.get("requested_at")),
              UUID.fromString((String) fields.get("id")),
              Status.ofCode((String) fields.get("seen")),
              dateTime("deadline", (String) fields.get("deadline"))));
    }
    return new Command.Reread(refs);
  }

  static String encode(Command command) {
    if (command instanceof RegisterBatch batch) {
      return BatchJson.encode(batch.items());
    }
    if (command instanceof SendBatch batch) {
      return BatchJson.encode(batch.items());
    }
    if (command instanceof ReadFeed feed) {
      return FeedJson.encode(feed);
    }
    if (command instanceof Delivery.Query query) {
      return DeliveryJson.encode(query);
    }
    if (command instanceof Delivery.Retry retry) {
      return DeliveryJson.encode(retry);
    }
    JsonFields out = new JsonFields();
    if (command instanceof Command.Register c) {
      out.text("event_key", c.eventKey())
          .text("project_id", c.projectId())
          .text("source_type", c.sourceType().code())
          .text("workflow_run_id", c.workflowRunId())
          .text("workflow_step_run_id", c.workflowStepRunId())
          .text("job_run_id", c.jobRunId())
          .raw("request_payload", c.requestPayload())
          .raw("timeout_secs", c.timeoutSecs())
          .raw("callback", c.callback() ? true : null);
      TermsJson.write(out, c.terms());
    } else if (command instanceof Command.Send c) {
      out.text("event_key", c.eventKey())
          .text("project_id", c.projectId())
          .raw("payload", c.payload())
          .raw("hold_secs", c.holdSecs() == 0 ? null : c.holdSecs());
    } else if (command instanceof Command.ListHeld c) {
      out.text("project_id", c.projectId())
          .text("event_key_prefix", c.keyPrefix())
          .raw("limit", c.limit())
          .text("cursor", c.before());
    } else if (command instanceof Command.DeleteHeld c) {
      out.text("id", c.id()).text("project_id", c.projectId());
    } else if (command instanceof Command.SendPrefix c) {
      out.text("prefix", c.prefix()).text("project_id", c.projectId()).raw("payload", c.payload());
    } else if (command instanceof Command.Get c) {
      out.text("event_key", c.eventKey()).text("project_id", c.projectId());
    } else if (command instanceof Command.Cancel c) {
      out.text("event_key", c.eventKey()).text("project_id", c.projectId());
    } else if (command instanceof Command.Update c) {
      out.text("event_key", c.eventKey())
          .text("project_id", c.projectId())
          .raw("timeout_secs", c.timeoutSecs());
    } else if (command instanceof Command.Callback c) {
      out.text("event_key", c.eventKey()).text("project_id", c.projectId());
    } else if (command instanceof Command.ListPage c) {
      list(out, c);
    } else if (command instanceof Command.GetStats c) {
      out.text("project_id", c.projectId());
    } else if (command instanceof Command.Purge c) {
      out.text("project_id", c.projectId())
          .raw("older_than_days", c.olderThanDays())
          .raw("dry_run", c.dryRun());
    } else if (command instanceof Command.Reread c) {
      out.raw("refs", refs(c.refs()));
    }
    return out.end();
  }

  static JsonFields list(JsonFields out, Command.ListPage c) {
    return FilterJson.write(out.text("project_id", c.projectId()), c.filter())
        .raw("limit", c.limit())
        .text("cursor", c.before());
  }

  private static String refs(List<TriggerRef> refs) {
    StringBuilder out = new StringBuilder(refs.size() * 160).append('[');
    for (TriggerRef ref : refs) {
      if (out.length() > 1) {
        out.append(',');
      }
      out.append("{\"project_id\":");
      quote(out, ref.projectId());
      out.append(",\"requested_at\":\"").append(ref.requestedAt());
      out.append("\",\"id\":\"").append(ref.id());
      out.append("\",\"seen\":\"").append(ref.seen().code());
      if (ref.deadline() != null) {
        out.append("\",\"deadline\":\"").append(ref.deadline());
      }
      out.append("\"}");
    }
    return out.append(']').toString();
  }
}
