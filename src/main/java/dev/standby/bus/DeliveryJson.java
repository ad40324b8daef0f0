package dev.standby.bus;

import static java.util.stream.Collectors.joining;

import dev.standby.bus.JsonText.Kind;
import dev.standby.trigger.Command;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.Origin;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Webhook deliveries, and what is asked of them, as JSON. */
final class DeliveryJson {
  private static final Map<String, Kind> QUERY =
      Map.of(
          "event_key", Kind.TEXT,
          "project_id", Kind.TEXT,
          "limit", Kind.INTEGER,
          "cursor", Kind.TEXT);
  private static final Map<String, Kind> RETRY =
      Map.of("event_key", Kind.TEXT, "project_id", Kind.TEXT, "id", Kind.TEXT);
  private static final Map<String, Kind> PAGE =
      Map.of("data", Kind.JSON, "has_more", Kind.FLAG, "next_cursor", Kind.TEXT);
  private static final Map<String, Kind> DELIVERY =
      Map.ofEntries(
          Map.entry("id", Kind.TEXT),
          Map.entry("event_key", Kind.TEXT),
          Map.entry("project_id", Kind.TEXT),
          Map.entry("trigger_id", Kind.TEXT),
          Map.entry("url", Kind.TEXT),
          Map.entry("status", Kind.TEXT),
          Map.entry("attempts", Kind.INTEGER),
          Map.entry("created_at", Kind.TEXT),
          Map.entry("next_attempt_at", Kind.TEXT),
          Map.entry("last_attempt_at", Kind.TEXT),
          Map.entry("response_status", Kind.INTEGER),
          Map.entry("error", Kind.TEXT),
          Map.entry("delivered_at", Kind.TEXT));

  private DeliveryJson() {}

  static Delivery.Query query(String json) {
    Map<String, Object> fields = JsonText.object(json, QUERY);
    return new Delivery.Query(
        (String) fields.get("event_key"),
        (String) fields.get("project_id"),
        (Integer) fields.getOrDefault("limit", Command.ListPage.DEFAULT_LIMIT),
        CommandJson.cursor((String) fields.get("cursor")));
  }

  static Delivery.Retry retry(String json) {
    Map<String, Object> fields = JsonText.object(json, RETRY);
    return new Delivery.Retry(
        (String) fields.get("event_key"),
        (String) fields.get("project_id"),
        id((String) fields.get("id")),
        Origin.BUS);
  }

  /** The id of a delivery. */
  static UUID id(String text) {
    return CommandJson.id(text, "There is no such delivery");
  }

  static String encode(Delivery.Query query) {
    return new JsonFields()
        .text("event_key", query.eventKey())
        .text("project_id", query.projectId())
        .raw("limit", query.limit())
        .text("cursor", query.before())
        .end();
  }

  static String encode(Delivery.Retry retry) {
    return new JsonFields()
        .text("event_key", retry.eventKey())
        .text("project_id", retry.projectId())
        .text("id", retry.id())
        .end();
  }

  static String encode(Delivery delivery) {
    return new JsonFields()
        .text("id", delivery.id())
        .text("event_key", delivery.eventKey())
        .text("project_id", delivery.projectId())
        .text("trigger_id", delivery.triggerId())
        .text("url", delivery.url())
        .text("status", delivery.status().code())
        .raw("attempts", delivery.attempts())
        .text("created_at", delivery.createdAt())
        .text("next_attempt_at", delivery.nextAttemptAt())
        .text("last_attempt_at", delivery.lastAttemptAt())
        .raw("response_status", delivery.responseStatus())
        .text("error", delivery.error())
        .text("delivered_at", delivery.deliveredAt())
        .end();
  }

  static String encode(Delivery.Page page) {
    List<Delivery> deliveries = page.deliveries();
    return new JsonFields()
        .raw("data", deliveries.stream().map(DeliveryJson::encode).collect(joining(",", "[", "]")))
        .raw("has_more", page.hasMore())
        .text(
            "next_cursor",
            page.hasMore() ? deliveries.get(deliveries.size() - 1).createdAt() : null)
        .end();
  }

  static Delivery decode(String json) {
    Map<String, Object> fields = JsonText.known(json, DELIVERY);
    return new Delivery(
        UUID.fromString((String) fields.get("id")),
        (String) fields.get("event_key"),
        (String) fields.get("project_id"),
        UUID.fromString((String) fields.get("trigger_id")),
        (String) fields.get("url"),
        Delivery.State.ofCode((String) fields.get("status")),
        (Integer) fields.get("attempts"),
        JsonText.instant(fields.get("created_at")),
        JsonText.instant(fields.get("next_attempt_at")),
        JsonText.instant(fields.get("last_attempt_at")),
        (Integer) fields.get("response_status"),
        (String) fields.get("error"),
        JsonText.instant(fields.get("delivered_at")));
  }

  static Delivery.Page decodePage(String json) {
    Map<String, Object> fields = JsonText.known(json, PAGE);
    return new Delivery.Page(
        JsonText.elements((String) fields.get("data")).stream().map(DeliveryJson::decode).toList(),
        (Boolean) fields.get("has_more"));
  }
}
