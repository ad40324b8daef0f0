package dev.standby.bench;

import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.util.Map;

/** Time from the start of the process until the node is ready, and its memory when idle (Linux). */
final class StartBench implements Bench.Benchmark {
  private static final int ROUNDS = 5;
  private static final int IDLE_MILLIS = 10_000;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    String database = TestPostgres.newDatabase();
    NodeProcess.start(Nodes.environment(database, Map.of())).close();
    report.addMedian("ready, alone, on an external PostgreSQL", "s", starts(database, "false"));
    NodeProcess other =
        NodeProcess.start(Nodes.environment(database, Map.of("STANDBY_CLUSTER_ENABLED", "true")));
    report.addMedian("ready, joining a cluster", "s", starts(database, "true"));
    other.close();
    report.addMedian("RSS, idle, alone", "MiB", residentMib(database, "false"));
    report.addMedian("RSS, idle, with a cluster", "MiB", residentMib(database, "true"));
  }

  private static double[] starts(String database, String clustered) {
    double[] seconds = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      NodeProcess node =
          NodeProcess.start(
              Nodes.environment(database, Map.of("STANDBY_CLUSTER_ENABLED", clustered)));
      seconds[i] = (System.nanoTime() - start) / 1e9;
      node.close();
    }
    return seconds;
  }

  /** What a node takes that has been ready for a while. */
  private static double[] residentMib(String database, String clustered)
      throws IOException, InterruptedException {
    double[] mib = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      try (NodeProcess node =
          NodeProcess.start(
              Nodes.environment(database, Map.of("STANDBY_CLUSTER_ENABLED", clustered)))) {
        Thread.sleep(IDLE_MILLIS);
        mib[i] = Proc.residentKib(node) / 1024;
      }
    }
    return mib;
  }
}
