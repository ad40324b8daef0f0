package dev.standby.http;

import dev.standby.bus.JsonText;
import dev.standby.bus.Operation;
import dev.standby.bus.Webhooks;
import dev.standby.trigger.Delivery;
import java.util.Map;

/** As {@link Requests}, for what concerns webhooks. */
final class WebhookRequests {
  private static final Map<String, JsonText.Kind> ROTATE =
      Map.of("project_id", JsonText.Kind.TEXT, "overlap_secs", JsonText.Kind.INTEGER);

  private WebhookRequests() {}

  static Delivery.Query deliveries(Call call, String key) {
    Query parameters = Query.parse(call.request().query(), Requests.PAGE);
    return new Delivery.Query(
        call.principal().checkKey(key),
        call.principal().project(parameters.get("project_id")),
        Requests.limit(parameters.get("limit")),
        Operation.dateTime("cursor", parameters.get("cursor")));
  }

  static Delivery.Retry retry(Call call, String key, String id, String body) {
    Map<String, Object> fields =
        body.isEmpty() ? Requests.NO_BODY : JsonText.object(body, Requests.ONLY_PROJECT);
    return new Delivery.Retry(
        call.principal().checkKey(key),
        Requests.project(call, (String) fields.get("project_id")),
        Operation.deliveryId(id),
        call.origin());
  }

  static Webhooks.Reveal reveal(Call call) {
    call.principal().checkUnconfined();
    return new Webhooks.Reveal(Requests.project(call, null), call.origin());
  }

  static Webhooks.Rotation rotate(Call call, String body) {
    Map<String, Object> fields = body.isEmpty() ? Requests.NO_BODY : JsonText.object(body, ROTATE);
    call.principal().checkUnconfined();
    return new Webhooks.Rotation(
        Requests.project(call, (String) fields.get("project_id")),
        (Integer) fields.getOrDefault("overlap_secs", Webhooks.Rotation.DEFAULT_OVERLAP_SECS),
        call.origin());
  }
}
