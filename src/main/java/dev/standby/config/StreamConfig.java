package dev.standby.config;

/**
 * Of the streams.
 *
 * @param keepAliveSecs how often an idle stream gets a comment; clients take a stream that is
 *     silent for 45 seconds for dead
 * @param catchUpMillis how often what is watched is read again, should an announcement be lost
 * @param maxStreams how many streams a node has open; past it they get 503
 * @param maxStreamsPerProject how many of them may be one project's
 */
public record StreamConfig(
    int keepAliveSecs, int catchUpMillis, int maxStreams, int maxStreamsPerProject) {
  /** Checks every setting. */
  public StreamConfig {
    Checks.range("stream.keep_alive_secs", keepAliveSecs, 1, 30);
    Checks.range("stream.catch_up_millis", catchUpMillis, 100, 60_000);
    Checks.range("stream.max_streams", maxStreams, 1, 1_000_000);
    Checks.range("stream.max_streams_per_project", maxStreamsPerProject, 1, 1_000_000);
  }
}
