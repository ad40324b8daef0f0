package dev.standby.bus;

import dev.standby.bus.JsonText.Kind;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Outcome;
import java.time.Instant;
import java.util.Map;

/** Outcomes as the JSON that endpoints and bus replies show. */
public final class OutcomeJson {
  private static final Map<String, Kind> REGISTERED =
      Map.of("created", Kind.FLAG, "trigger", Kind.JSON, "callback_url", Kind.TEXT);
  private static final Map<String, Kind> TRIGGERS =
      Map.of("resolved", Kind.INTEGER, "triggers", Kind.JSON);
  private static final Map<String, Kind> PAGE =
      Map.of("data", Kind.JSON, "has_more", Kind.FLAG, "next_cursor", Kind.TEXT);
  private static final Map<String, Kind> STATS =
      Map.of(
          "total_count", Kind.JSON,
          "waiting_count", Kind.JSON,
          "received_count", Kind.JSON,
          "timed_out_count", Kind.JSON,
          "canceled_count", Kind.JSON,
          "avg_wait_duration_secs", Kind.JSON);
  private static final Map<String, Kind> PURGED =
      Map.of("deleted", Kind.JSON, "dry_run", Kind.FLAG, "would_delete", Kind.JSON);

  private static final Map<String, Kind> CALLBACK_LINK =
      Map.of("url", Kind.TEXT, "expires_at", Kind.TEXT);

  private OutcomeJson() {}

  /** The outcome as one line of JSON. */
  public static String encode(Outcome outcome) {
    if (outcome instanceof EventTrigger trigger) {
      return TriggerJson.encode(trigger);
    }
    if (outcome instanceof Outcome.Registered registered) {
      return registered.callbackUrl() == null
          ? TriggerJson.encode(registered.trigger())
          : TriggerJson.encode(registered.trigger(), registered.callbackUrl());
    }
    if (outcome instanceof Outcome.Triggers resolved) {
      return new JsonFields()
          .raw("resolved", resolved.triggers().size())
          .raw("triggers", TriggerJson.encode(resolved.triggers()))
          .end();
    }
    if (outcome instanceof Outcome.Page page) {
      return new JsonFields()
          .raw("data", TriggerJson.encode(page.triggers()))
          .raw("has_more", page.hasMore())
          .text("next_cursor", page.nextCursor())
          .end();
    }
    if (outcome instanceof Outcome.Stats stats) {
      return new JsonFields()
          .raw("total_count", stats.total())
          .raw("waiting_count", stats.waiting())
          .raw("received_count", stats.received())
          .raw("timed_out_count", stats.timedOut())
          .raw("canceled_count", stats.canceled())
          .raw("avg_wait_duration_secs", stats.avgWaitDurationSecs())
          .end();
    }
    if (outcome instanceof Outcome.CallbackLink link) {
      return new JsonFields().text("url", link.url()).text("expires_at", link.expiresAt()).end();
    }
    Outcome.Purged purged = (Outcome.Purged) outcome;
    return new JsonFields()
        .raw("deleted", purged.dryRun() ? 0 : purged.count())
        .raw("dry_run", purged.dryRun())
        .raw("would_delete", purged.count())
        .end();
  }

  /** As {@link #encode}, and it says besides whether the trigger is new. */
  static String encodeRegistered(Outcome.Registered registered) {
    return new JsonFields()
        .raw("created", registered.created())
        .raw("trigger", TriggerJson.encode(registered.trigger()))
        .text("callback_url", registered.callbackUrl())
        .end();
  }

  static Outcome.Registered decodeRegistered(String json) {
    Map<String, Object> fields = JsonText.known(json, REGISTERED);
    return new Outcome.Registered(
        TriggerJson.decode((String) fields.get("trigger")),
        (Boolean) fields.get("created"),
        (String) fields.get("callback_url"));
  }

  static Outcome.Triggers decodeTriggers(String json) {
    return new Outcome.Triggers(
        TriggerJson.decodeAll((String) JsonText.known(json, TRIGGERS).get("triggers")));
  }

  static Outcome.Page decodePage(String json) {
    Map<String, Object> fields = JsonText.known(json, PAGE);
    return new Outcome.Page(
        TriggerJson.decodeAll((String) fields.get("data")), (Boolean) fields.get("has_more"));
  }

  static Outcome.Stats decodeStats(String json) {
    Map<String, Object> fields = JsonText.known(json, STATS);
    return new Outcome.Stats(
        number(fields, "waiting_count"),
        number(fields, "received_count"),
        number(fields, "timed_out_count"),
        number(fields, "canceled_count"),
        Double.parseDouble((String) fields.get("avg_wait_duration_secs")));
  }

  static Outcome.CallbackLink decodeCallbackLink(String json) {
    Map<String, Object> fields = JsonText.known(json, CALLBACK_LINK);
    return new Outcome.CallbackLink(
        (String) fields.get("url"), Instant.parse((String) fields.get("expires_at")));
  }

  static Outcome.Purged decodePurged(String json) {
    Map<String, Object> fields = JsonText.known(json, PURGED);
    boolean dryRun = (Boolean) fields.get("dry_run");
    return new Outcome.Purged(number(fields, "would_delete"), dryRun);
  }

  private static long number(Map<String, Object> fields, String name) {
    return Long.parseLong((String) fields.get(name));
  }
}
