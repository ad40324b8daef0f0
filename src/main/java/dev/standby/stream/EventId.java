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
 * needs to find the row again: {@code <microseconds>.<uuid>.<status>.<deadline in microseconds>}.
 */
final class EventId {
  private EventId() {}

  static String of(EventTrigger trigger) {
    return micros(trigger.requestedAt())
        + "."
        + trigger.id()
        + "."
        + trigger.status().code()
        + "."
        + micros(trigger.expiresAt());
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static Instant instant(String micros) {
    return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
  }

  /** What a reader saw last, in that project; null when it does not say, or not in our words. */
  static TriggerRef parse(String eventId, String projectId) {
    String[] parts = eventId == null ? new String[0] : eventId.split("\\.", -1);
    // Nodes that could not move a deadline said nothing of it.
    if (parts.length != 3 && parts.length != 4) {
      return null;
    }
    try {
      return new TriggerRef(
          projectId,
          instant(parts[0]),
          UUID.fromString(parts[1]),
          Status.ofCode(parts[2]),
          parts.length == 3 ? null : instant(parts[3]));
    } catch (IllegalArgumentException | java.time.DateTimeException | Rejection e) {
      // The field is the client's to misuse (WHATWG HTML, "Last-Event-ID"): then it has seen
      // nothing.
      return null;
    }
  }
}
