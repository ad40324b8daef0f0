package dev.standby.bench;

import java.io.IOException;

/** Registrations a second over HTTP, against the best rate of single-row inserts. */
final class RegisterBench implements Bench.Benchmark {
  private static final int ROUNDS = 5;
  private static final int SECONDS = 5;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    try (Stage stage = new Stage()) {
      PgBench pgbench = new PgBench(stage.database());
      double[] baseline = new double[ROUNDS];
      double[] registrations = new double[ROUNDS];
      double[] ratio = new double[ROUNDS];
      Wrk.register(stage.url(), "warm", 0, 128, SECONDS);
      for (int i = 0; i < ROUNDS; i++) {
        stage.settle();
        baseline[i] = pgbench.bestInserts(SECONDS);
        stage.settle();
        registrations[i] = Wrk.register(stage.url(), "r" + i + "-", 0, 128, SECONDS).rate();
        ratio[i] = registrations[i] / baseline[i];
      }
      report.addMedian("registrations, 128 connections", "/s", registrations);
      report.addMedian("pgbench, best single-row insert", "/s", baseline);
      report.addMedian("registrations over pgbench's best", "x", ratio);
    }
  }
}
