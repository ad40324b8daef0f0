package dev.standby.bench;

import dev.standby.store.StoreStatements;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/**
 * Sends a second over HTTP, against the best rate of single-row updates on the same PostgreSQL and
 * against the store's batched statement alone, in rounds that take turns.
 */
final class SendBench implements Bench.Benchmark {
  private static final int ROUNDS = 5;
  private static final int SECONDS = 5;
  private static final int WAITING = 2_200_000;

  /** The JVM compiles for so long, which takes of what load and PostgreSQL share with it. */
  private static final int WARM_UP_SECONDS = 20;

  /** Sends a second of those whose latencies are taken. */
  private static final int PACE = 5000;

  private static final int BATCH = 500;
  private static final int BATCHES = 60;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    try (Stage stage = new Stage()) {
      PgBench pgbench = new PgBench(stage.database());
      stage.register("default", "s", WAITING, 86_400);
      stage.analyze();
      double[] baseline = new double[ROUNDS];
      double[] statement = new double[ROUNDS];
      double[] sends = new double[ROUNDS];
      double[] ratio = new double[ROUNDS];
      long next = 0;
      next += Wrk.send(stage.url(), "s", next, 128, WARM_UP_SECONDS).requests() + 128;
      for (int i = 0; i < ROUNDS; i++) {
        stage.settle();
        baseline[i] = pgbench.bestUpdates(SECONDS);
        stage.settle();
        statement[i] = statementAlone(stage, WAITING - (i + 1) * BATCH * BATCHES);
        stage.settle();
        Wrk.Result result = Wrk.send(stage.url(), "s", next, 128, SECONDS);
        next += result.requests() + 128;
        sends[i] = result.rate();
        ratio[i] = sends[i] / baseline[i];
      }
      double median = report.addMedian("sends, 128 connections", "/s", sends);
      report.addMedian("pgbench, best single-row update", "/s", baseline);
      double alone = report.addMedian("the batched statement alone", "rows/s", statement);
      report.addMedian("sends over pgbench's best", "x", ratio);
      report.add("sends over the statement's rows", 100 * median / alone, "%");
      for (int connections : new int[] {64, 256}) {
        Wrk.Result result = Wrk.send(stage.url(), "s", next, connections, SECONDS);
        next += result.requests() + connections;
        report.add("sends, " + connections + " connections", result.rate(), "/s");
      }
      Paced.send(stage.url(), "s", next, 64, PACE, SECONDS);
      next += (long) PACE * SECONDS;
      for (int connections : new int[] {64, 128, 256}) {
        stage.settle();
        Histogram micros = Paced.send(stage.url(), "s", next, connections, PACE, SECONDS);
        next += (long) PACE * SECONDS;
        for (double percentile : new double[] {50, 99, 99.9}) {
          report.add(
              "p" + percentile + " at " + PACE + " a second, " + connections + " connections",
              micros.getValueAtPercentile(percentile) / 1000.0,
              "ms");
        }
      }
    }
  }

  /** Rows a second of the store's statement itself, batch after batch on one connection. */
  private static double statementAlone(Stage stage, int from) {
    try (StoreStatements statements = new StoreStatements(stage.database())) {
      long start = System.nanoTime();
      for (int batch = 0; batch < BATCHES; batch++) {
        int sent = statements.send("default", "s", from + batch * BATCH, BATCH, "{\"ok\":true}");
        if (sent != BATCH) {
          throw new IllegalStateException("Only " + sent + " of a batch were waiting");
        }
      }
      return BATCH * BATCHES * 1e9 / (System.nanoTime() - start);
    }
  }
}
