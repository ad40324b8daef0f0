package dev.standby.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Nodes in processes of their own that form a cluster, and that are killed, stopped, and started
 * again where they were.
 */
public final class TestCluster implements AutoCloseable {
  /** Below the ports that the operating system gives to clients, which would be in the way. */
  private static final int FIRST_PORT = 18_000;

  private static final int LAST_PORT = 32_000;

  /** None is given twice: what has one listens only after a while. */
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private static TestCluster shared;

  private final List<ProcessBuilder> commands;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final Swarm swarm;
  private final Ledger ledger;

  private TestCluster(List<ProcessBuilder> commands, List<URI> urls, Ledger ledger) {
    this.commands = commands;
    this.ledger = ledger;
    // One after the other: two that start at once may first form a cluster each.
    commands.forEach(command -> nodes.add(NodeProcess.launch(command).awaitReady()));
    swarm = new Swarm(urls);
  }

  /** The three nodes that the tests share which leave them as they found them. */
  public static synchronized TestCluster shared() {
    if (shared == null) {
      shared = start(3, TestPostgres.newDatabase(), Map.of());
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> shared.nodes.forEach(NodeProcess::kill)));
    }
    shared.repair();
    return shared;
  }

  /** Starts so many nodes on loopback. */
  public static TestCluster start(int count, String databaseUrl, Map<String, String> overrides) {
    return start(count, databaseUrl, overrides, null);
  }

  /** As {@link #start(int, String, Map)}, from that jar; null for what stands here. */
  public static TestCluster start(
      int count, String databaseUrl, Map<String, String> overrides, Path jar) {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 2 * count; i++) {
      ports.add(fixedPort());
    }
    String members =
        String.join(",", ports.subList(0, count).stream().map(p -> "127.0.0.1:" + p).toList());
    List<ProcessBuilder> commands = new ArrayList<>();
    List<URI> urls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, String> environment = new HashMap<>(overrides);
      environment.put("STANDBY_CLUSTER_ENABLED", "true");
      environment.put("STANDBY_CLUSTER_PORT", ports.get(i).toString());
      environment.put("STANDBY_CLUSTER_MEMBERS", members);
      environment.put("STANDBY_HTTP_PORT", ports.get(count + i).toString());
      ProcessBuilder command = NodeProcess.command(Nodes.environment(databaseUrl, environment));
      if (jar != null) {
        NodeProcess.useJar(command, jar);
      }
      commands.add(command);
      urls.add(URI.create("http://127.0.0.1:" + ports.get(count + i)));
    }
    return of(commands, urls, databaseUrl);
  }

  /** Starts nodes by their commands, which serve at those URLs. */
  public static TestCluster of(List<ProcessBuilder> commands, List<URI> urls, String databaseUrl) {
    return new TestCluster(commands, urls, new Ledger(databaseUrl));
  }

  /** How many nodes there are. */
  public int size() {
    return nodes.size();
  }

  public NodeProcess node(int i) {
    return nodes.get(i);
  }

  public Swarm swarm() {
    return swarm;
  }

  public Ledger ledger() {
    return ledger;
  }

  /** A client of one node. */
  public Api api(int i) {
    return new Api(swarm.url(i));
  }

  /** Where other members find this cluster. */
  public List<String> members() {
    return List.of(commands.get(0).environment().get("STANDBY_CLUSTER_MEMBERS").split(","));
  }

  /** Starts a node that is gone, where it was, and waits until it is ready. */
  public void start(int i) {
    nodes.set(i, NodeProcess.launch(commands.get(i)).awaitReady());
  }

  /**
   * Stops a node in order, and starts another version of it where it was: that jar's, or for null
   * what stands here.
   */
  public void replace(int i, Path jar) {
    nodes.get(i).stop();
    Map<String, String> environment = new HashMap<>(commands.get(i).environment());
    environment.keySet().removeIf(name -> !name.startsWith("STANDBY_"));
    ProcessBuilder command = NodeProcess.command(environment);
    if (jar != null) {
      NodeProcess.useJar(command, jar);
    }
    commands.set(i, command);
    start(i);
  }

  /** Starts a node that is gone, where it was, and returns at once. */
  public void launch(int i) {
    nodes.set(i, NodeProcess.launch(commands.get(i)));
  }

  /** Whether a node has started. */
  public boolean ready(int i) {
    return nodes.get(i).handle().isAlive() && nodes.get(i).url() != null;
  }

  /** Sends a signal, by its name without SIG. */
  public void signal(int i, String name) {
    Programs.run("kill", "-" + name, Long.toString(nodes.get(i).handle().pid()));
  }

  /** Has every node run again. */
  public void repair() {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).handle().isAlive()) {
        signal(i, "CONT");
        nodes.get(i).awaitReady();
      } else {
        start(i);
      }
    }
  }

  private static int fixedPort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      if (GIVEN.add(port) && free(port)) {
        return port;
      }
    }
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    swarm.close();
    nodes.forEach(NodeProcess::kill);
  }
}
