package dev.standby.trigger;

import java.util.Set;

/** The rules for event keys (contract, section "The trigger"). */
final class EventKey {
  /** The longest key, in characters. */
  public static final int MAX_CHARS = 512;

  /** No URL reaches these: one is a route of its own, the others are removed as dot segments. */
  private static final Set<String> UNREACHABLE = Set.of("stats", ".", "..");

  private EventKey() {}

  /**
   * The key itself, if it is one that a trigger may have.
   *
   * @throws Rejection with {@link Reason#BAD_REQUEST} otherwise
   */
  public static String checked(String eventKey) {
    return Text.checked("event_key", eventKey, MAX_CHARS);
  }

  /** As {@link #checked}, and reachable by URL as well. */
  static String checkedForRegistration(String eventKey) {
    return checkedForRegistration("event_key", eventKey);
  }

  /** The same for a key in another field. */
  static String checkedForRegistration(String field, String eventKey) {
    Text.checked(field, eventKey, MAX_CHARS);
    if (UNREACHABLE.contains(eventKey)) {
      throw Rejection.badRequest(
          "'" + field + "' must not be '" + eventKey + "': no URL can reach it");
    }
    return eventKey;
  }
}
