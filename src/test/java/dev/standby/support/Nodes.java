package dev.standby.support;

import dev.standby.Standby;
import dev.standby.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;

/** Nodes in this process. */
public final class Nodes {
  private Nodes() {}

  /** A node alone, on any port, over that database. */
  public static Standby alone(String databaseUrl) {
    return start(databaseUrl, Map.of());
  }

  /** As {@link #alone}, with settings of its own, by their environment variables. */
  public static Standby start(String databaseUrl, Map<String, String> overrides) {
    return Standby.start(Settings.load(null, environment(databaseUrl, overrides)));
  }

  /** The environment of a node that is alone unless {@code overrides} say otherwise. */
  public static Map<String, String> environment(String databaseUrl, Map<String, String> overrides) {
    Map<String, String> environment = new HashMap<>();
    environment.put("STANDBY_HTTP_PORT", "0");
    environment.put("STANDBY_MANAGEMENT_PORT", "0");
    environment.put("STANDBY_CLUSTER_ENABLED", "false");
    environment.put("STANDBY_DATABASE_URL", databaseUrl);
    environment.putAll(overrides);
    return environment;
  }

  /** A port that nobody listens on. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
