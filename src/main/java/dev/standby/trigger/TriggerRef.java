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
 */
public record TriggerRef(String projectId, Instant requestedAt, UUID id, Status seen) {}
