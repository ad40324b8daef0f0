package dev.standby.config;

import java.util.List;

/**
 * Of the cluster.
 *
 * @param enabled whether the node looks for others at all
 * @param host the address that Hazelcast and the event bus listen on, and that other nodes reach
 * @param port Hazelcast's port; when it is taken, the next free one of {@value #PORT_COUNT}
 * @param members where to look for other nodes, {@code host:port} each
 * @param kubernetesService the DNS name of the headless service whose pods are the members; empty
 *     for {@code members}
 * @param eventbusPort the event bus's port; 0 for any that is free
 * @param eventbusTls how nodes prove to each other who they are on the event bus
 */
public record ClusterConfig(
    boolean enabled,
    String host,
    int port,
    List<String> members,
    String kubernetesService,
    int eventbusPort,
    TlsFiles eventbusTls) {
  /** How many ports from {@link #port} on are tried. */
  public static final int PORT_COUNT = 20;

  /** Checks every setting. */
  public ClusterConfig {
    Checks.notBlank("cluster.host", host);
    Checks.range("cluster.port", port, 1, 65_535);
    Checks.range("eventbus.port", eventbusPort, 0, 65_535);
    members = List.copyOf(members);
    members.forEach(member -> Checks.notBlank("cluster.members", member));
  }
}
