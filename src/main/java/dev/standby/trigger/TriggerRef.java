package dev.standby.trigger;

import java.time.Instant;
import java.util.UUID;

/**
 * A trigger as somebody last saw it: its primary key and the status it had then.
 *
 * @param projectId part of the primary key
 * @param requestedAt part of the primary key
 * @param id part of the primary key
 * @param seen the status when it was last read
 * @param deadline its deadline then; null when that is not known
 */
public record TriggerRef(
    String projectId, Instant requestedAt, UUID id, Status seen, Instant deadline) {

  /** Without a word about the deadline. */
  public TriggerRef(String projectId, Instant requestedAt, UUID id, Status seen) {
    this(projectId, requestedAt, id, seen, null);
  }

  /** Whether that is the same trigger in the same state, as far as this tells. */
  public boolean shows(EventTrigger trigger) {
    return id.equals(trigger.id())
        && seen == trigger.status()
        && (deadline == null || deadline.equals(trigger.expiresAt()));
  }
}
