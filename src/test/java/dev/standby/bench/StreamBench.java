package dev.standby.bench;

import dev.standby.store.StoreStatements;
import dev.standby.support.NodeProcess;
import dev.standby.support.Sse;
import dev.standby.support.Swarm;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * 10 000 open streams on one node, and sends on another: how long after a send's answer the frame
 * comes, and what a stream takes of the node's memory.
 */
final class StreamBench implements Bench.Benchmark {
  private static final int STREAMS = 10_000;
  private static final int WARM_UP = 2000;
  private static final int SENDS = 2000;
  private static final int ROUNDS = 3;
  private static final int AT_ONCE = 200;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    String database = TestPostgres.newDatabase();
    List<NodeProcess> nodes = NodeProcess.cluster(2, database);
    try (Swarm swarm = new Swarm(nodes.stream().map(NodeProcess::url).toList(), STREAMS + SENDS);
        StoreStatements statements = new StoreStatements(database)) {
      int keys = STREAMS + WARM_UP + ROUNDS * SENDS;
      for (int from = 0; from < keys; from += 1000) {
        statements.register("default", "k", from, 1000, 86_400);
      }
      // The first streams, and their ends, load the code.
      push(swarm, open(swarm, STREAMS, WARM_UP), STREAMS);
      double heap = Proc.heapKib(nodes.get(1));
      double resident = Proc.residentKib(nodes.get(1));
      List<Sse> streams = open(swarm, 0, STREAMS);
      report.add("heap for an open stream", (Proc.heapKib(nodes.get(1)) - heap) / STREAMS, "KiB");
      report.add(
          "resident memory for an open stream",
          (Proc.residentKib(nodes.get(1)) - resident) / STREAMS,
          "KiB");
      double[] p50 = new double[ROUNDS];
      double[] p99 = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        int from = STREAMS + WARM_UP + i * SENDS;
        // As many stay open as were: these come and go on top.
        double[] late = push(swarm, open(swarm, from, SENDS), from);
        p50[i] = late[SENDS / 2];
        p99[i] = late[SENDS * 99 / 100];
      }
      report.addMedian("frame on another node after the send's answer, p50", "ms", p50);
      report.addMedian("frame on another node after the send's answer, p99", "ms", p99);
      report.add(
          "streams that were open all the time",
          (double) streams.stream().filter(stream -> !stream.ended().isDone()).count(),
          "");
    } finally {
      nodes.forEach(NodeProcess::close);
    }
  }

  private static List<Sse> open(Swarm swarm, int from, int count) {
    List<Sse> streams = new ArrayList<>();
    for (int i = 0; i < count; i += AT_ONCE) {
      for (int j = i; j < Math.min(count, i + AT_ONCE); j++) {
        streams.add(swarm.stream(1, "k" + (from + j)));
      }
      Swarm.all(streams.subList(i, streams.size()).stream().map(Sse::opened).toList());
    }
    return streams;
  }

  /** Ends the streams' waits, one after the other; how late each frame was, in ms, in order. */
  private static double[] push(Swarm swarm, List<Sse> streams, int from) {
    double[] late = new double[streams.size()];
    for (int i = 0; i < late.length; i++) {
      long answered =
          swarm.send(0, "k" + (from + i), "1").thenApply(reply -> System.nanoTime()).join();
      Swarm.all(List.of(streams.get(i).ended()));
      late[i] = Math.max(0, streams.get(i).lastFrameNanos() - answered) / 1e6;
    }
    Arrays.sort(late);
    return late;
  }
}
