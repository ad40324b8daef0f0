package dev.standby.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What a project's webhook deliveries are signed with, as JSON. */
public final class WebhookJson {
  private WebhookJson() {}

  /** The newest secret, and those before it. */
  public static String encode(Webhooks.Secrets secrets) {
    List<Webhooks.Secret> all = secrets.secrets();
    JsonArray previous = new JsonArray();
    all.stream().skip(1).forEach(secret -> previous.add(json(secret)));
    return new JsonObject()
        .put("project_id", secrets.projectId())
        .mergeIn(json(all.get(0)))
        .put("previous", previous)
        .encode();
  }

  private static JsonObject json(Webhooks.Secret secret) {
    JsonObject json =
        new JsonObject().put("secret", secret.text()).put("created_at", secret.createdAt());
    return secret.retiredAt() == null ? json : json.put("retired_at", secret.retiredAt());
  }

  /** Reads what {@link #encode} wrote. */
  static Webhooks.Secrets decode(String text) {
    JsonObject json = new JsonObject(text);
    List<Webhooks.Secret> secrets = new ArrayList<>(List.of(secret(json)));
    for (Object previous : json.getJsonArray("previous")) {
      secrets.add(secret((JsonObject) previous));
    }
    return new Webhooks.Secrets(json.getString("project_id"), secrets);
  }

  private static Webhooks.Secret secret(JsonObject json) {
    return new Webhooks.Secret(
        json.getString("secret"), json.getInstant("created_at"), json.getInstant("retired_at"));
  }
}
