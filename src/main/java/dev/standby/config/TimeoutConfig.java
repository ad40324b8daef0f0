package dev.standby.config;

/**
 * Of the room that ends waits whose deadline has passed.
 *
 * @param tickMillis how often the node looks for deadlines that it was not told of
 * @param maxBatch how many waits one statement ends
 */
public record TimeoutConfig(int tickMillis, int maxBatch) {
  /** Checks every setting. */
  public TimeoutConfig {
    Checks.range("timeout.tick_millis", tickMillis, 10, 60_000);
    Checks.range("timeout.max_batch", maxBatch, 1, 10_000);
  }
}
