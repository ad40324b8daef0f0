package dev.standby.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node in a process of its own, as users run it. */
public final class NodeProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  /** The system property with the JVM flags of nodes; without it they start as fast as can be. */
  public static final String FLAGS = "standby.node.flags";

  private static final String READY = "Standby is ready at ";

  private static final Pattern MANAGEMENT =
      Pattern.compile("metrics and health are served.*\\bhost\\W+([\\w.]+)\\W+port\\W+(\\d+)");

  private final Process process;
  private final Map<String, String> environment;
  private final Path log;

  private NodeProcess(Process process, Map<String, String> environment, Path log) {
    this.process = process;
    this.environment = environment;
    this.log = log;
  }

  /** Starts a node with that environment, and returns when it is ready. */
  public static NodeProcess start(Map<String, String> environment) {
    return launch(environment).awaitReady();
  }

  /** Starts {@code count} nodes that form a cluster over one database. */
  public static List<NodeProcess> cluster(int count, String databaseUrl) {
    return cluster(count, databaseUrl, Map.of());
  }

  /** As {@link #cluster(int, String)}, with settings of their own. */
  public static List<NodeProcess> cluster(
      int count, String databaseUrl, Map<String, String> overrides) {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ports.add(Nodes.freePort());
    }
    String members = String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
    List<NodeProcess> nodes = new ArrayList<>();
    for (int port : ports) {
      Map<String, String> environment = new HashMap<>(overrides);
      environment.put("STANDBY_CLUSTER_ENABLED", "true");
      environment.put("STANDBY_CLUSTER_PORT", Integer.toString(port));
      environment.put("STANDBY_CLUSTER_MEMBERS", members);
      nodes.add(launch(Nodes.environment(databaseUrl, environment)));
      // One after the other: two that start at once may first form a cluster each.
      nodes.get(nodes.size() - 1).awaitReady();
    }
    return nodes;
  }

  /** Where other members find the cluster of those nodes. */
  public static List<String> members(List<NodeProcess> nodes) {
    return List.of(nodes.get(0).environment.get("STANDBY_CLUSTER_MEMBERS").split(","));
  }

  /** Starts a node and returns at once. */
  public static NodeProcess launch(Map<String, String> environment) {
    return launch(command(environment));
  }

  /** Starts what {@link #command} gave, which may have been added to, and returns at once. */
  public static NodeProcess launch(ProcessBuilder command) {
    try {
      Path log = Files.createTempFile("standby-node", ".log");
      command.redirectErrorStream(true).redirectOutput(log.toFile());
      return new NodeProcess(command.start(), Map.copyOf(command.environment()), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command that starts a node with that environment; or does what the arguments say. */
  public static ProcessBuilder command(Map<String, String> environment, String... arguments) {
    return command(options(), environment, arguments);
  }

  private static List<String> options() {
    String flags = System.getProperty(FLAGS);
    if (flags == null) {
      return QuickStart.options();
    }
    List<String> options = new ArrayList<>(List.of(flags.split(" ", -1)));
    options.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return options;
  }

  /** As {@link #command(Map, String...)}, with what the JVM is told. */
  static ProcessBuilder command(
      List<String> options, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("dev.standby.Cli");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("STANDBY_"));
    builder.environment().putAll(environment);
    return builder;
  }

  /** Has a command run the node of that jar, with the defaults that are packaged in it. */
  public static void useJar(ProcessBuilder command, Path jar) {
    List<String> words = command.command();
    int at = words.indexOf("-cp");
    words.set(at, "-jar");
    words.set(at + 1, jar.toAbsolutePath().toString());
    words.remove(at + 2);
    words.removeIf(word -> word.startsWith("-XX:SharedArchiveFile="));
    // Elsewhere and without what is new, as an earlier version knows not all settings.
    command.environment().keySet().removeIf(name -> name.startsWith("STANDBY_MANAGEMENT_"));
    try {
      Path folder = Files.createTempDirectory("standby-jar");
      folder.toFile().deleteOnExit();
      command.directory(folder.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the node says that it is ready. */
  public NodeProcess awaitReady() {
    Await.until("the node is ready\n" + log, START, () -> url() != null || !process.isAlive());
    if (url() == null) {
      throw new IllegalStateException("The node did not start:\n" + output());
    }
    return this;
  }

  /** Where the node serves; null while it does not. */
  public URI url() {
    return output()
        .lines()
        .filter(line -> line.startsWith(READY))
        .map(line -> URI.create(line.substring(READY.length())))
        .findFirst()
        .orElse(null);
  }

  /** Where it serves metrics and health, as its log says. */
  public String managementUrl() {
    Matcher said = MANAGEMENT.matcher(output());
    if (!said.find()) {
      throw new IllegalStateException("The node serves no metrics:\n" + output());
    }
    return "http://" + said.group(1) + ":" + said.group(2);
  }

  /** All that it has printed. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The operating system's handle, for signals. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends it as {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Tells it to stop (SIGTERM), and waits until it has; gives the exit code. */
  public int stop() {
    process.destroy();
    return awaitExit();
  }

  /** Waits for its end; gives the exit code. */
  public int awaitExit() {
    try {
      if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("The node does not end:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
  }
}
