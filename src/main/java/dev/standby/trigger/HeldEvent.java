package dev.standby.trigger;

import java.time.Instant;
import java.util.UUID;

/**
 * An event that came before anybody waited for it (contract, section "Early events").
 *
 * @param payload JSON text; null for nothing
 * @param sentBy who sent it, as in {@link Origin#actor}
 * @param heldAt when it came, by the database's clock
 * @param heldUntil until when it is kept, by the database's clock
 */
public record HeldEvent(
    UUID id,
    String eventKey,
    String projectId,
    String payload,
    String sentBy,
    Instant heldAt,
    Instant heldUntil)
    implements Outcome, Sized {
  @Override
  public int chars() {
    return Sized.chars(payload);
  }
}
