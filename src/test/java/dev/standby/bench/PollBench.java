package dev.standby.bench;

import dev.standby.store.StoreStatements;
import dev.standby.support.NodeProcess;
import dev.standby.support.Swarm;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Thousands of requests that wait on one node, and sends on both: how late their answers are. */
final class PollBench implements Bench.Benchmark {
  private static final int POLLS = 5000;
  private static final int WARM_UP = 2000;
  private static final int WAIT_SECS = 300;
  private static final int SETTLE_MILLIS = 5000;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    String database = TestPostgres.newDatabase();
    List<NodeProcess> nodes = NodeProcess.cluster(2, database);
    try (Swarm swarm = new Swarm(nodes.stream().map(NodeProcess::url).toList(), POLLS + WARM_UP);
        StoreStatements statements = new StoreStatements(database)) {
      for (int from = 0; from < WARM_UP + 2 * POLLS; from += 1000) {
        statements.register("default", "k", from, 1000, 86_400);
      }
      late(swarm, 0, 0, WARM_UP);
      for (int sender = 0; sender < 2; sender++) {
        double heap = Proc.heapKib(nodes.get(1));
        double[] late = late(swarm, sender, WARM_UP + sender * POLLS, POLLS, report, nodes, heap);
        String where = sender == 0 ? "another node" : "its node";
        report.add("answer after a send on " + where + ", p50", late[POLLS / 2], "ms");
        report.add("answer after a send on " + where + ", p99", late[POLLS * 99 / 100], "ms");
      }
    } finally {
      nodes.forEach(NodeProcess::close);
    }
  }

  private static double[] late(Swarm swarm, int sender, int from, int count)
      throws IOException, InterruptedException {
    return late(swarm, sender, from, count, null, null, 0);
  }

  /** Opens polls, ends their waits one after the other, and gives how late each answer was. */
  private static double[] late(
      Swarm swarm,
      int sender,
      int from,
      int count,
      Report report,
      List<NodeProcess> nodes,
      double heap)
      throws IOException, InterruptedException {
    long[] answered = new long[count];
    List<CompletableFuture<Void>> polls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      polls.add(
          swarm
              .poll(1, "k" + (from + i), WAIT_SECS)
              .thenAccept(reply -> answered[number] = System.nanoTime()));
    }
    Thread.sleep(SETTLE_MILLIS);
    if (report != null) {
      report.add(
          "heap for an open request, " + (sender + 1),
          (Proc.heapKib(nodes.get(1)) - heap) / count,
          "KiB");
    }
    long[] sent = new long[count];
    for (int i = 0; i < count; i++) {
      sent[i] =
          swarm.send(sender, "k" + (from + i), "1").thenApply(reply -> System.nanoTime()).join();
    }
    Swarm.all(polls);
    double[] late = new double[count];
    for (int i = 0; i < count; i++) {
      late[i] = Math.max(0, answered[i] - sent[i]) / 1e6;
    }
    Arrays.sort(late);
    return late;
  }
}
