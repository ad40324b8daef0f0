package dev.standby.config;

import java.util.List;

/**
 * Of the log.
 *
 * @param format {@code json}, {@code plain}, or {@code auto}: plain on a terminal, else JSON
 */
public record LogConfig(String format) {
  private static final List<String> FORMATS = List.of("auto", "json", "plain");

  /** Checks every setting. */
  public LogConfig {
    if (!FORMATS.contains(format)) {
      throw new ConfigException("setting log.format must be auto, json or plain, not " + format);
    }
  }
}
