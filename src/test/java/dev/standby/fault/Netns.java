package dev.standby.fault;

import dev.standby.support.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts in network namespaces, each on two networks: one between the nodes alone, which can be cut,
 * and one to the database and the clients, which are in the namespace of the test. The addresses
 * are of the range for benchmarks (RFC 2544), so that they are nobody's.
 */
final class Netns implements AutoCloseable {
  private static final String CLUSTER = "198.18.77.";
  private static final String OUTER = "198.19.77.";
  private static final String BRIDGE = "sb-cluster";
  private static final String OUTER_BRIDGE = "sb-outer";
  private static final String CIDR = "/24";
  private static final String HOST = "sb-host";

  /**
   * Whoever has it locked has the names: what else bears them was left by a run that was killed.
   */
  private static final Path LOCK =
      Path.of(System.getProperty("java.io.tmpdir"), "standby-netns.lock");

  private final List<String> hosts = new ArrayList<>();
  private final FileChannel lock;

  /**
   * Sets up so many hosts; fails where that is not permitted, or another run has them, and leaves
   * nothing behind.
   */
  Netns(int count) {
    lock = lock();
    try {
      removeWhatWasLeft();
      bridge(BRIDGE);
      bridge(OUTER_BRIDGE);
      ip("addr", "add", outerAddress() + CIDR, "dev", OUTER_BRIDGE);
      for (int i = 0; i < count; i++) {
        String host = HOST + i;
        ip("netns", "add", host);
        hosts.add(host);
        ip("-n", host, "link", "set", "lo", "up");
        plug(host, "cluster", cable(i), BRIDGE, clusterAddress(i));
        plug(host, "outer", outerCable(i), OUTER_BRIDGE, address(i));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static FileChannel lock() {
    try {
      FileChannel file =
          FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (file.tryLock() == null) {
        file.close();
        throw new IllegalStateException("Another run of the tests has them");
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void removeWhatWasLeft() {
    Programs.run("ip", "netns", "list")
        .lines()
        .filter(host -> host.startsWith(HOST))
        .forEach(host -> ip("netns", "del", host.split(" ", -1)[0]));
    // The ends of cables may have gone with their namespaces meanwhile.
    Programs.run("ip", "-brief", "link")
        .lines()
        .filter(link -> link.startsWith("sb-"))
        .forEach(link -> quietly("link", "del", link.split("[@ ]", -1)[0]));
  }

  private static void bridge(String name) {
    ip("link", "add", name, "type", "bridge");
    ip("link", "set", name, "up");
  }

  private static void plug(
      String host, String device, String cable, String bridge, String address) {
    ip("link", "add", cable, "type", "veth", "peer", "name", device, "netns", host);
    ip("link", "set", cable, "master", bridge, "up");
    ip("-n", host, "addr", "add", address + CIDR, "dev", device);
    ip("-n", host, "link", "set", device, "up");
  }

  private static String cable(int host) {
    return "sb-c" + host;
  }

  private static String outerCable(int host) {
    return "sb-o" + host;
  }

  /** Where the test is, for the hosts. */
  static String outerAddress() {
    return OUTER + 1;
  }

  /** Where a host is, for the test. */
  static String address(int host) {
    return OUTER + (10 + host);
  }

  /** Where a host is, for the other hosts. */
  static String clusterAddress(int host) {
    return CLUSTER + (10 + host);
  }

  /** The same command on that host. */
  ProcessBuilder on(int host, ProcessBuilder command) {
    command.command().addAll(0, List.of("ip", "netns", "exec", hosts.get(host)));
    return command;
  }

  /** Pulls a host's cable out of the switch between the nodes: nothing comes back, not even no. */
  void cut(int host) {
    ip("link", "set", cable(host), "nomaster");
  }

  /** Puts it back. */
  void heal(int host) {
    ip("link", "set", cable(host), "master", BRIDGE);
  }

  /** Has a host vanish for the clients and the database, without a word. */
  void vanish(int host) {
    ip("link", "set", outerCable(host), "nomaster");
  }

  /** Has it come back. */
  void appear(int host) {
    ip("link", "set", outerCable(host), "master", OUTER_BRIDGE);
  }

  @Override
  public void close() {
    for (int i = 0; i < hosts.size(); i++) {
      // A veth pair goes with its namespace only when its last process has gone; this is sooner.
      quietly("link", "del", cable(i));
      quietly("link", "del", outerCable(i));
      quietly("netns", "del", hosts.get(i));
    }
    quietly("link", "del", BRIDGE);
    quietly("link", "del", OUTER_BRIDGE);
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void quietly(String... arguments) {
    try {
      ip(arguments);
    } catch (RuntimeException e) {
      System.out.println("Not cleaned up: " + e.getMessage());
    }
  }

  private static void ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    Programs.run(command);
  }
}
