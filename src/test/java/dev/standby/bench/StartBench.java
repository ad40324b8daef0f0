package dev.standby.bench;

import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.util.Map;

/** Time from the start of the process until the node is ready, and its memory when idle (Linux). */
final class StartBench implements Bench.Benchmark {
  private static final int ROUNDS = 5;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    String database = TestPostgres.newDatabase();
    NodeProcess.start(Nodes.environment(database, Map.of())).close();
    report.addMedian("ready, alone, on an external PostgreSQL", "s", starts(database, "false"));
    NodeProcess other =
        NodeProcess.start(Nodes.environment(database, Map.of("STANDBY_CLUSTER_ENABLED", "true")));
    report.addMedian("ready, joining a cluster", "s", starts(database, "true"));
    report.add("RSS, idle, in a cluster", Proc.residentKib(other) / 1024, "MiB");
    other.close();
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
}
