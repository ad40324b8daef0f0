package dev.standby.webhook;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many calls each receiver gets at once: a few at first, one more for each that it answers, and
 * a single one after it has not answered. So a fast one gets much, and one that hangs takes hardly
 * anything from the others.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class Origins {
  private static final int START = 4;
  private static final int MAX_KNOWN = 1000;

  private final int most;
  private final Map<String, Integer> busy = new HashMap<>();

  /** By origin; those that were called last. */
  private final Map<String, Integer> limits =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  /** Receivers that get at most so many at once. */
  Origins(int most) {
    this.most = most;
  }

  /** How many an unknown one gets. */
  int start() {
    return Math.min(START, most);
  }

  void begin(String origin) {
    busy.merge(origin, 1, Integer::sum);
  }

  /** Takes note of the end of a call. */
  void end(String origin, boolean answered) {
    busy.computeIfPresent(origin, (same, calls) -> calls == 1 ? null : calls - 1);
    int limit = limits.getOrDefault(origin, start());
    limits.put(origin, answered ? Math.min(most, limit + 1) : 1);
  }

  /** How many more each of them gets that is known, or busy. */
  Map<String, Integer> rooms() {
    Map<String, Integer> rooms = new HashMap<>(limits);
    busy.forEach(
        (origin, calls) -> {
          int limit = rooms.getOrDefault(origin, start());
          rooms.put(origin, Math.max(0, limit - calls));
        });
    return rooms;
  }
}
