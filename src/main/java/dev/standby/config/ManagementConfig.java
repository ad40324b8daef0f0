package dev.standby.config;

/**
 * Of the port for those who run the node.
 *
 * @param enabled whether there is one; without it nothing is counted either
 * @param host the address to listen on
 * @param port the first port that is tried; 0 for any that is free
 */
public record ManagementConfig(boolean enabled, String host, int port) {
  /** How many ports are tried, from {@link #port} on: so many nodes on one machine. */
  public static final int PORT_COUNT = 20;

  /** Checks every setting. */
  public ManagementConfig {
    Checks.notBlank("management.host", host);
    Checks.range("management.port", port, 0, 65_535);
  }
}
