package dev.standby.bench;

import dev.standby.support.NodeProcess;
import dev.standby.support.TestCluster;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * {@code -Dstandby.soak.minutes} of three nodes under a steady load, two of which are killed by
 * turns, one a minute. The third is spared: what it keeps of its memory is of the whole time. Ends
 * with a comparison of the counters with a full count.
 */
final class SoakBench implements Bench.Benchmark {
  private static final int NODES = 3;
  private static final int SCENES_PER_SEC = 300;
  private static final int WARM_UP_SECS = 30;
  private static final int KILL_AFTER_SECS = 30;
  private static final int DRAIN_SECS = 90;
  private static final double MICROS = 1000;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    int minutes = Integer.getInteger("standby.soak.minutes", 60);
    System.setProperty(NodeProcess.FLAGS, "-Xmx512m");
    try (TestCluster cluster = TestCluster.start(NODES, TestPostgres.newDatabase(), Map.of());
        SoakLoad load = new SoakLoad(cluster.swarm(), SCENES_PER_SEC)) {
      TimeUnit.SECONDS.sleep(WARM_UP_SECS);
      load.take();
      Minutes all = new Minutes(minutes);
      System.out.println(Minutes.HEAD);
      for (int i = 0; i < minutes; i++) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        TimeUnit.SECONDS.sleep(KILL_AFTER_SECS);
        SoakLoad.Figures calm = load.take();
        int victim = 1 + i % (NODES - 1);
        cluster.node(victim).kill();
        cluster.start(victim);
        TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
        all.add(i, calm, load.take(), cluster.node(0));
      }
      load.finish(DRAIN_SECS);
      all.report(report);
      report.add("scenes", (double) load.begun(), "");
      report.add("scenes that were held back", (double) load.heldBack(), "");
      report.add("requests answered", (double) load.answers(), "");
      report.add("nodes killed", minutes, "");
      report.add("streams that were not told", load.unheard(), "");
      report.add("answers that no kill excuses", load.surprises().size(), "");
      load.surprises().stream().limit(10).forEach(System.out::println);
      cluster.ledger().assertBalanced();
      System.out.println("The counters equal a full count.");
      long waiting =
          cluster.ledger().query("SELECT 1 FROM event_trigger WHERE status = 'waiting'").size();
      report.add("waits that were left", (double) waiting, "");
    }
  }

  /** What each minute showed. */
  private static final class Minutes {
    static final String HEAD =
        "| minute | send p50 / p99 ms | with a kill p99 / max | frame p50 / p99 | with a kill p99 / max"
            + " | deadline p99 | with a kill | heap MiB | resident MiB |\n|---|---|---|---|---|---|---|---|---|";

    private final double[] sendP50;
    private final double[] sendP99;
    private final double[] frameP50;
    private final double[] frameP99;
    private final double[] sendMax;
    private final double[] frameMax;
    private final double[] heap;
    private final double[] resident;

    Minutes(int count) {
      sendP50 = new double[count];
      sendP99 = new double[count];
      frameP50 = new double[count];
      frameP99 = new double[count];
      sendMax = new double[count];
      frameMax = new double[count];
      heap = new double[count];
      resident = new double[count];
    }

    void add(int i, SoakLoad.Figures calm, SoakLoad.Figures killed, NodeProcess spared)
        throws IOException, InterruptedException {
      sendP50[i] = millis(calm.sends, 50);
      sendP99[i] = millis(calm.sends, 99);
      frameP50[i] = millis(calm.frames, 50);
      frameP99[i] = millis(calm.frames, 99);
      sendMax[i] = millis(killed.sends, 100);
      frameMax[i] = millis(killed.frames, 100);
      resident[i] = Proc.residentKib(spared) / 1024;
      heap[i] = Proc.heapKib(spared) / 1024;
      System.out.printf(
          Locale.ROOT,
          "| %d | %.1f / %.1f | %.0f / %.0f | %.1f / %.1f | %.0f / %.0f | %.0f | %.0f | %.1f | %.0f |%n",
          i + 1,
          sendP50[i],
          sendP99[i],
          millis(killed.sends, 99),
          sendMax[i],
          frameP50[i],
          frameP99[i],
          millis(killed.frames, 99),
          frameMax[i],
          millis(calm.deadlines, 99),
          millis(killed.deadlines, 99),
          heap[i],
          resident[i]);
    }

    private static double millis(Histogram histogram, double percentile) {
      return histogram.getValueAtPercentile(percentile) / MICROS;
    }

    /** The first third of the time beside the last: what is flat is the same. */
    void report(Report report) {
      compare(report, "send p50", "ms", sendP50);
      compare(report, "send p99", "ms", sendP99);
      compare(report, "frame after the send's answer, p50", "ms", frameP50);
      compare(report, "frame after the send's answer, p99", "ms", frameP99);
      compare(report, "longest send while a node was killed", "ms", sendMax);
      compare(report, "latest frame while a node was killed", "ms", frameMax);
      compare(report, "heap of the spared node after a collection", "MiB", heap);
      compare(report, "its resident memory", "MiB", resident);
    }

    private static void compare(Report report, String what, String unit, double[] values) {
      int third = Math.max(1, values.length / 3);
      report.addMedian(what + ", first third", unit, part(values, 0, third));
      report.addMedian(what + ", last third", unit, part(values, values.length - third, third));
    }

    private static double[] part(double[] values, int from, int count) {
      return IntStream.range(from, from + count).mapToDouble(i -> values[i]).toArray();
    }
  }
}
