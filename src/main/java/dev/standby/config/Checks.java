package dev.standby.config;

/** Checks that name the setting when they fail. */
final class Checks {
  private Checks() {}

  static void range(String setting, long value, long min, long max) {
    if (value < min || value > max) {
      throw new ConfigException(
          "setting " + setting + " must be from " + min + " to " + max + ", not " + value);
    }
  }

  static void notBlank(String setting, String value) {
    if (value == null || value.isBlank()) {
      throw new ConfigException("setting " + setting + " must not be empty");
    }
  }
}
