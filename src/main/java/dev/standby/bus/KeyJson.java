package dev.standby.bus;

import static java.util.stream.Collectors.joining;

import dev.standby.bus.JsonText.Kind;
import dev.standby.trigger.ApiKey;
import dev.standby.trigger.Scope;
import java.util.Map;

/** API keys as JSON; the secret is shown with a key that was just made only. */
public final class KeyJson {
  private static final Map<String, Kind> FIELDS =
      Map.ofEntries(
          Map.entry("id", Kind.TEXT),
          Map.entry("project_id", Kind.TEXT),
          Map.entry("name", Kind.TEXT),
          Map.entry("scopes", Kind.JSON),
          Map.entry("event_key_prefix", Kind.TEXT),
          Map.entry("created_at", Kind.TEXT),
          Map.entry("created_by", Kind.TEXT),
          Map.entry("expires_at", Kind.TEXT),
          Map.entry("revoked_at", Kind.TEXT),
          Map.entry("key", Kind.TEXT));

  private KeyJson() {}

  /** A key without its secret. */
  public static String encode(ApiKey key) {
    return fields(key).end();
  }

  /** A key that was just made. */
  public static String encode(Access.IssuedKey issued) {
    return fields(issued.key()).text("key", issued.text()).end();
  }

  private static JsonFields fields(ApiKey key) {
    return new JsonFields()
        .text("id", key.id())
        .text("project_id", key.projectId())
        .text("name", key.name())
        .raw(
            "scopes",
            key.scopes().stream()
                .sorted()
                .map(scope -> "\"" + scope.code() + "\"")
                .collect(joining(",", "[", "]")))
        .text("event_key_prefix", key.keyPrefix())
        .text("created_at", key.createdAt())
        .text("created_by", key.createdBy())
        .text("expires_at", key.expiresAt())
        .text("revoked_at", key.revokedAt());
  }

  /** Reads what {@link #encode(Access.IssuedKey)} wrote. */
  static Access.IssuedKey decode(String json) {
    Map<String, Object> fields = JsonText.known(json, FIELDS);
    ApiKey key =
        new ApiKey(
            (String) fields.get("id"),
            (String) fields.get("project_id"),
            (String) fields.get("name"),
            Scope.known(
                JsonText.elements((String) fields.get("scopes")).stream()
                    .map(code -> code.substring(1, code.length() - 1))
                    .toList()),
            (String) fields.get("event_key_prefix"),
            JsonText.instant(fields.get("created_at")),
            (String) fields.get("created_by"),
            JsonText.instant(fields.get("expires_at")),
            JsonText.instant(fields.get("revoked_at")));
    return new Access.IssuedKey(key, (String) fields.get("key"));
  }
}
