package dev.standby.http;

import com.github.f4b6a3.uuid.UuidCreator;

/** Ids of requests (contract, section "Errors"). */
final class RequestIds {
  /** The longest that a client may choose. */
  private static final int MAX_CHARS = 128;

  private RequestIds() {}

  /** The one that the client has chosen if it can stand in a header and a log; else a new one. */
  static String of(String chosen) {
    return chosen != null && usable(chosen)
        ? chosen
        : UuidCreator.getTimeOrderedEpochFast().toString();
  }

  private static boolean usable(String id) {
    return !id.isEmpty()
        && id.length() <= MAX_CHARS
        && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
