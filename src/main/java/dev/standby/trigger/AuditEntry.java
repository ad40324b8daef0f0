package dev.standby.trigger;

import java.time.Instant;
import java.util.UUID;

/**
 * One line of the audit log. It holds no payload and no secret.
 *
 * @param id unique, and growing by and large; 0 for one that is not written yet
 * @param at when it was done, by the database's clock; null for one that is not written yet
 * @param projectId whose log it is in
 * @param action what was done: {@code events.send}, {@code keys.revoke}, …
 * @param eventKey to what; null when it was to no key
 * @param triggerId to which trigger; null when it was to none, or to many
 * @param detail what else there is to say, as a JSON object; null for nothing
 * @param origin who did it
 */
public record AuditEntry(
    long id,
    Instant at,
    String projectId,
    String action,
    String eventKey,
    UUID triggerId,
    String detail,
    Origin origin) {
  /** An entry to be written. */
  public static AuditEntry of(
      String projectId, String action, String eventKey, UUID triggerId, Origin origin) {
    return new AuditEntry(0, null, projectId, action, eventKey, triggerId, null, origin);
  }
}
