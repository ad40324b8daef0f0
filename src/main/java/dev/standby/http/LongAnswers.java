package dev.standby.http;

import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.HeldEvent;
import dev.standby.trigger.Outcome;
import java.util.List;
import java.util.function.ToLongFunction;

/** Which outcomes are long to write: the other requests of an event loop must not wait for that. */
final class LongAnswers {
  /** More rows than this are. */
  private static final int MANY = 500;

  /** More characters of payloads than this are. */
  private static final long MANY_CHARS = 256 * 1024;

  private LongAnswers() {}

  static boolean isLong(Outcome outcome) {
    if (outcome instanceof Outcome.Page page) {
      return isLong(page.triggers(), EventTrigger::chars);
    }
    if (outcome instanceof Outcome.Batch batch) {
      return isLong(batch.results(), Outcome.Result::chars);
    }
    if (outcome instanceof Outcome.Triggers resolved) {
      return isLong(resolved.triggers(), EventTrigger::chars);
    }
    if (outcome instanceof Outcome.HeldPage page) {
      return isLong(page.events(), HeldEvent::chars);
    }
    return outcome instanceof Delivery.Page page && isLong(page.deliveries(), delivery -> 0);
  }

  private static <T> boolean isLong(List<T> rows, ToLongFunction<T> chars) {
    return rows.size() > MANY || rows.stream().mapToLong(chars).sum() > MANY_CHARS;
  }
}
