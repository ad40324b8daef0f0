package dev.standby.config;

/** A setting that stops the start; the message is one line and names it. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A complaint that the operator will read. */
  public ConfigException(String message) {
    super(message);
  }
}
