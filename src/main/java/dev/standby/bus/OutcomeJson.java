package dev.standby.bus;

import static java.util.stream.Collectors.joining;

import dev.standby.bus.JsonText.Kind;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.HeldEvent;
import dev.standby.trigger.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

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

  private static final Map<String, Kind> HELD =
      Map.of(
          "id", Kind.TEXT,
          "event_key", Kind.TEXT,
          "project_id", Kind.TEXT,
          "payload", Kind.JSON,
          "sent_by", Kind.TEXT,
          "held_at", Kind.TEXT,
          "held_until", Kind.TEXT);

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
    if (outcome instanceof Outcome.Held held) {
      return new JsonFields()
          .raw("held", true)
          .text("id", held.id())
          .text("event_key", held.eventKey())
          .text("project_id", held.projectId())
          .text("held_until", held.heldUntil())
          .end();
    }
    if (outcome instanceof Outcome.Batch batch) {
      return BatchJson.encode(batch);
    }
    if (outcome instanceof HeldEvent event) {
      return encode(event);
    }
    if (outcome instanceof Outcome.HeldPage page) {
      List<HeldEvent> events = page.events();
      return new JsonFields()
          .raw("data", events.stream().map(OutcomeJson::encode).collect(joining(",", "[", "]")))
          .raw("has_more", page.hasMore())
          .text("next_cursor", page.hasMore() ? events.get(events.size() - 1).heldAt() : null)
          .end();
    }
    if (outcome instanceof Outcome.FeedPage page) {
      return FeedJson.encode(page);
    }
    if (outcome instanceof Delivery delivery) {
      return DeliveryJson.encode(delivery);
    }
    if (outcome instanceof Delivery.Page page) {
      return DeliveryJson.encode(page);
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

  private static String encode(HeldEvent event) {
    return new JsonFields()
        .text("id", event.id())
        .text("event_key", event.eventKey())
        .text("project_id", event.projectId())
        .raw("payload", event.payload())
        .text("sent_by", event.sentBy())
        .text("held_at", event.heldAt())
        .text("held_until", event.heldUntil())
        .end();
  }

  static Outcome.Held decodeHeld(String json) {
    Map<String, Object> fields = JsonText.known(json, HELD);
    return new Outcome.Held(
        UUID.fromString((String) fields.get("id")),
        (String) fields.get("event_key"),
        (String) fields.get("project_id"),
        Instant.parse((String) fields.get("held_until")));
  }

  static HeldEvent decodeHeldEvent(String json) {
    Map<String, Object> fields = JsonText.known(json, HELD);
    return new HeldEvent(
        UUID.fromString((String) fields.get("id")),
        (String) fields.get("event_key"),
        (String) fields.get("project_id"),
        (String) fields.get("payload"),
        (String) fields.get("sent_by"),
        Instant.parse((String) fields.get("held_at")),
        Instant.parse((String) fields.get("held_until")));
  }

  static Outcome.HeldPage decodeHeldPage(String json) {
    Map<String, Object> fields = JsonText.known(json, PAGE);
    return new Outcome.HeldPage(
        JsonText.elements((String) fields.get("data")).stream()
            .map(OutcomeJson::decodeHeldEvent)
            .toList(),
        (Boolean) fields.get("has_more"));
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
