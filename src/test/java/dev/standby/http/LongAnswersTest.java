package dev.standby.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.trigger.HeldEvent;
import dev.standby.trigger.Outcome;
import java.time.Instant;
import java.util.Collections;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is written aside, as an event loop would be held up by it. */
class LongAnswersTest {
  @Test
  void shouldBeLongByTheirNumberAndByTheirPayloads() {
    assertThat(LongAnswers.isLong(page(100, 100))).isFalse();
    assertThat(LongAnswers.isLong(page(1000, 1))).isTrue();
    assertThat(LongAnswers.isLong(page(2, 200_000))).isTrue();
  }

  @Test
  void shouldNotBeLongWhenThereIsOne() {
    assertThat(LongAnswers.isLong(event(1_000_000))).isFalse();
  }

  private static Outcome.HeldPage page(int count, int chars) {
    return new Outcome.HeldPage(Collections.nCopies(count, event(chars)), false);
  }

  private static HeldEvent event(int chars) {
    Instant now = Instant.EPOCH;
    return new HeldEvent(UUID.randomUUID(), "k", "p", "x".repeat(chars), "bus", now, now);
  }
}
