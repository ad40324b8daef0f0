package dev.standby.webhook;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** For how long a receiver wants to be left alone. */
final class RetryAfter {
  private static final int MAX_SECS = 4 * 60 * 60;

  private RetryAfter() {}

  /**
   * The seconds that {@code Retry-After} says, {@value #MAX_SECS} at most; 0 if it says none. A
   * date counts from the receiver's own, so that no clock but its matters.
   */
  static int secs(MultiMap headers) {
    String after = headers.get(HttpHeaders.RETRY_AFTER);
    if (after == null) {
      return 0;
    }
    if (after.matches("[0-9]{1,9}")) {
      return Math.min(MAX_SECS, Integer.parseInt(after));
    }
    try {
      Duration pause = Duration.between(date(headers.get(HttpHeaders.DATE)), date(after));
      return (int) Math.max(0, Math.min(MAX_SECS, pause.toSeconds()));
    } catch (DateTimeException | NullPointerException e) {
      return 0;
    }
  }

  private static ZonedDateTime date(String text) {
    return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
  }
}
