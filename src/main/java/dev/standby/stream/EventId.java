package dev.standby.stream;

import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Status;
import dev.standby.trigger.TriggerRef;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * The {@code id:} of a frame: which trigger it showed, in which state. It holds what a later node
 * needs to find the row again: {@code <microseconds>.<uuid>.<status>}.
 */
final class EventId {
  private EventId() {}

  static String of(EventTrigger trigger) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, trigger.requestedAt())
        + "."
        + trigger.id()
        + "."
        + trigger.status().code();
  }

  /** What a reader saw last, in that project; null when it does not say, or not in our words. */
  static TriggerRef parse(String eventId, String projectId) {
    String[] parts = eventId == null ? new String[0] : eventId.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      return new TriggerRef(
          projectId,
          Instant.EPOCH.plus(Long.parseLong(parts[0]), ChronoUnit.MICROS),
          UUID.fromString(parts[1]),
          Status.ofCode(parts[2]));
    } catch (IllegalArgumentException | java.time.DateTimeException | Rejection e) {
      // The field is the client's to misuse (WHATWG HTML, "Last-Event-ID"): then it has seen
      // nothing.
      return null;
    }
  }
}
