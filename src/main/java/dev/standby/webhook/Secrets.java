package dev.standby.webhook;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.Webhooks;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The secrets of the projects that have deliveries, not asked for again for a moment.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class Secrets {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_KNOWN = 1000;

  private final Bus bus;
  private final Map<String, Asked> byProject =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Asked> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  /** What was asked, and when. */
  private record Asked(Future<Webhooks.Secrets> answer, long nanos) {
    boolean good() {
      return !answer.failed() && System.nanoTime() - nanos < FRESH_NANOS;
    }
  }

  Secrets(Bus bus) {
    this.bus = bus;
  }

  Future<Webhooks.Secrets> of(String project) {
    Asked asked = byProject.get(project);
    if (asked == null || !asked.good()) {
      asked = new Asked(bus.askLocally(Addresses.WEBHOOK_SECRETS, project), System.nanoTime());
      byProject.put(project, asked);
    }
    return asked.answer();
  }
}
