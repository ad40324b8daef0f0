package dev.standby.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code Retry-After} says: seconds, or a date by the receiver's own clock. */
class RetryAfterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "120|Tue, 03 Mar 2026 12:00:00 GMT|120",
        "0||0",
        "999999999||14400",
        "99999999999||0",
        "-1||0",
        "soon||0",
        "||0",
        "Tue, 03 Mar 2026 12:10:00 GMT|Tue, 03 Mar 2026 12:00:00 GMT|600",
        "Tue, 03 Mar 2026 11:00:00 GMT|Tue, 03 Mar 2026 12:00:00 GMT|0",
        "Fri, 01 Mar 2099 11:00:00 GMT|Tue, 03 Mar 2026 12:00:00 GMT|0",
        "Sun, 01 Mar 2099 11:00:00 GMT|Tue, 03 Mar 2026 12:00:00 GMT|14400",
        "Tue, 03 Mar 2026 12:10:00 GMT||0",
        "Tue, 03 Mar 2026 12:10:00 GMT|yesterday|0",
      })
  void shouldBeReadInSecondsWithinBounds(String after, String date, int secs) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (after != null) {
      headers.add("Retry-After", after);
    }
    if (date != null) {
      headers.add("Date", date);
    }

    assertThat(RetryAfter.secs(headers)).isEqualTo(secs);
  }
}
