package dev.standby.config;

/**
 * Of the feeds.
 *
 * @param retentionHours how long changes are kept for readers who come back
 */
public record FeedConfig(int retentionHours) {
  /** Checks every setting. */
  public FeedConfig {
    Checks.range("feed.retention_hours", retentionHours, 1, 8760);
  }
}
