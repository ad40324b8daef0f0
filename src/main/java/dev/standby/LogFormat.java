package dev.standby;

import ch.qos.logback.core.PropertyDefinerBase;
import dev.standby.cli.Terminal;
import dev.standby.config.ConfigException;
import dev.standby.config.Settings;

/** For {@code logback.xml}: the name of the appender that suits the setting {@code log.format}. */
public final class LogFormat extends PropertyDefinerBase {
  @Override
  public String getPropertyValue() {
    String format = setting();
    return format.equals("auto") ? Terminal.ofProcess().watched() ? "plain" : "json" : format;
  }

  private static String setting() {
    try {
      return Settings.load(System.getenv()).log().format();
    } catch (ConfigException e) {
      // It keeps the node from starting, which says so.
      return "auto";
    }
  }
}
