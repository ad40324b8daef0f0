package dev.standby.fault;

import dev.standby.store.OwnPostgres;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three nodes on hosts of their own, whose network can be cut while all of them reach PostgreSQL.
 *
 * @param nodes the cluster
 * @param network the cables between its hosts
 */
record CutCluster(TestCluster nodes, Netns network) {
  private static final int SIZE = 3;

  /** A host without a node. */
  static final int CLIENT = SIZE;

  private static final int PORT = 5701;

  private static Optional<CutCluster> shared;

  /**
   * The one that the tests share, who leave it whole; empty where the machine permits no network
   * namespaces.
   */
  static synchronized Optional<CutCluster> shared() {
    if (shared == null) {
      shared = start();
    }
    shared.ifPresent(cluster -> cluster.nodes().repair());
    return shared;
  }

  private static Optional<CutCluster> start() {
    Netns network;
    try {
      network = new Netns(SIZE + 1);
    } catch (RuntimeException e) {
      System.out.println("This machine permits no network namespaces: " + e.getMessage());
      return Optional.empty();
    }
    OwnPostgres postgres;
    try {
      postgres =
          OwnPostgres.start(
              Files.createTempDirectory(Path.of("target"), "cut"), Netns.outerAddress());
    } catch (IOException e) {
      network.close();
      throw new UncheckedIOException(e);
    }
    TestCluster nodes = nodes(network, postgres.url());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  nodes.close();
                  postgres.close();
                  network.close();
                }));
    return Optional.of(new CutCluster(nodes, network));
  }

  private static TestCluster nodes(Netns network, String databaseUrl) {
    String members =
        IntStream.range(0, SIZE)
            .mapToObj(i -> Netns.clusterAddress(i) + ":" + PORT)
            .collect(Collectors.joining(","));
    List<ProcessBuilder> commands = new ArrayList<>();
    List<URI> urls = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      Map<String, String> environment =
          Map.of(
              "STANDBY_AUTH",
              "none",
              "STANDBY_HTTP_HOST",
              Netns.address(i),
              "STANDBY_HTTP_PORT",
              "8080",
              "STANDBY_CLUSTER_ENABLED",
              "true",
              "STANDBY_CLUSTER_HOST",
              Netns.clusterAddress(i),
              "STANDBY_CLUSTER_PORT",
              Integer.toString(PORT),
              "STANDBY_CLUSTER_MEMBERS",
              members);
      commands.add(network.on(i, NodeProcess.command(Nodes.environment(databaseUrl, environment))));
      urls.add(URI.create("http://" + Netns.address(i) + ":8080"));
    }
    return TestCluster.of(commands, urls, databaseUrl);
  }
}
