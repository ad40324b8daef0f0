package dev.standby.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times for people. */
final class Times {
  private Times() {}

  /** A timestamp of the API to the second; empty for null. */
  static String shown(String json) {
    if (json == null) {
      return "";
    }
    try {
      return instant(json).truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (DateTimeException e) {
      return Tables.shown(json);
    }
  }

  /** A timestamp of the API. */
  static Instant instant(String json) {
    return Instant.parse(Json.text(json));
  }

  /** How long something takes still: {@code 1:02:03}, or with days {@code 2 d 1:02:03}. */
  static String left(Duration time) {
    Duration left = time.isNegative() ? Duration.ZERO : time;
    String clock =
        "%d:%02d:%02d".formatted(left.toHoursPart(), left.toMinutesPart(), left.toSecondsPart());
    return left.toDays() > 0 ? left.toDays() + " d " + clock : clock;
  }
}
