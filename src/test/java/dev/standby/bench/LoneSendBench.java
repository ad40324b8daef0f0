package dev.standby.bench;

import java.io.IOException;

/** One send at a time on an idle node, against the same update by one client of pgbench. */
final class LoneSendBench implements Bench.Benchmark {
  private static final int ROUNDS = 5;
  private static final int SECONDS = 5;
  private static final int WAITING = 200_000;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    try (Stage stage = new Stage()) {
      PgBench pgbench = new PgBench(stage.database());
      stage.register("default", "s", WAITING, 86_400);
      stage.analyze();
      long next = Wrk.send(stage.url(), "s", 0, 32, SECONDS).requests() + 32;
      double[] baseline = new double[ROUNDS];
      double[] lone = new double[ROUNDS];
      double[] ratio = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        stage.settle();
        baseline[i] = pgbench.loneUpdateMillis(SECONDS);
        stage.settle();
        Wrk.Result result = Wrk.send(stage.url(), "s", next, 1, SECONDS);
        next += result.requests() + 1;
        lone[i] = result.millis("50");
        ratio[i] = lone[i] / baseline[i];
      }
      report.addMedian("a lone send, p50", "ms", lone);
      report.addMedian("pgbench, one client, mean", "ms", baseline);
      report.addMedian("a lone send over the update", "x", ratio);
    }
  }
}
