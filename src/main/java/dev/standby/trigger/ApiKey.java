package dev.standby.trigger;

import java.time.Instant;
import java.util.Set;

/**
 * A key by which clients prove who they are; its secret is nowhere in here.
 *
 * @param id its public part
 * @param projectId the project that it is for
 * @param name what people call it; null for nothing
 * @param scopes what it allows, at least one
 * @param keyPrefix what the event keys begin with that it is confined to; null for all
 * @param createdAt when it was made, by the database's clock
 * @param createdBy who made it, as in {@link Origin#actor}
 * @param expiresAt from when on it is refused, by the database's clock; null for never
 * @param revokedAt since when it is refused; null if it was not revoked
 */
public record ApiKey(
    String id,
    String projectId,
    String name,
    Set<Scope> scopes,
    String keyPrefix,
    Instant createdAt,
    String createdBy,
    Instant expiresAt,
    Instant revokedAt) {
  /** The longest name, in characters. */
  public static final int MAX_NAME_CHARS = 255;

  /** Keeps its own copy of the scopes. */
  public ApiKey {
    scopes = Set.copyOf(scopes);
  }

  /** Who comes with this key. */
  public Principal principal() {
    return new Principal("key:" + id, projectId, scopes, keyPrefix);
  }

  /**
   * A key to be made.
   *
   * @param projectId {@link Command#DEFAULT_PROJECT} is meant when null
   */
  public record Request(
      String projectId,
      String name,
      Set<Scope> scopes,
      String keyPrefix,
      Instant expiresAt,
      Origin origin) {
    /** Checks every field and fills in the default. */
    public Request {
      projectId =
          projectId == null
              ? Command.DEFAULT_PROJECT
              : Text.checked("project_id", projectId, Command.MAX_ID_CHARS);
      Text.checkedIfPresent("name", name, MAX_NAME_CHARS);
      Text.checkedIfPresent("event_key_prefix", keyPrefix, EventKey.MAX_CHARS);
      scopes = Set.copyOf(scopes);
      if (scopes.isEmpty()) {
        throw Rejection.badRequest("'scopes' must name at least one");
      }
    }
  }
}
