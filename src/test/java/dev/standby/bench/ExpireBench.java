package dev.standby.bench;

import dev.standby.store.StoreStatements;
import dev.standby.support.Await;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.time.Duration;

/** 50 000 waits that fall due within ten seconds: how late they end, alone and beside sends. */
final class ExpireBench implements Bench.Benchmark {
  private static final int DUE = 50_000;
  private static final int DUE_SECONDS = 10;
  private static final int AHEAD_SECONDS = 20;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    try (Stage stage = new Stage()) {
      stage.register("default", "s", 1_000_000, 86_400);
      stage.analyze();
      expire(stage, report, "alone", "x", () -> 0);
      long next = Wrk.send(stage.url(), "s", 0, 128, DUE_SECONDS).requests() + 128;
      stage.settle();
      Wrk.Result alone = Wrk.send(stage.url(), "s", next, 128, DUE_SECONDS);
      long from = next + alone.requests() + 128;
      double beside =
          expire(
              stage,
              report,
              "with sends at full speed",
              "y",
              () -> Wrk.send(stage.url(), "s", from, 128, DUE_SECONDS).rate());
      report.add("sends alone", alone.rate(), "/s");
      report.add("sends beside the expiry", beside, "/s");
      report.add("sends lost", 100 * (1 - beside / alone.rate()), "%");
    }
  }

  /** What happens while they fall due; gives the rate of its sends. */
  private interface Meanwhile {
    double run() throws IOException, InterruptedException;
  }

  private static double expire(
      Stage stage, Report report, String when, String prefix, Meanwhile meanwhile)
      throws IOException, InterruptedException {
    try (StoreStatements statements = new StoreStatements(stage.database())) {
      for (int from = 0; from < DUE; from += 1000) {
        statements.register("expire", prefix, from, 1000, 86_400);
      }
    }
    // Spread evenly over the ten seconds, some time ahead.
    TestPostgres.execute(
        stage.database(),
        "UPDATE event_trigger SET expires_at = now() + interval '%d s' + %d * (substr(event_key, 2)::int * interval '1 s' / %d)"
                .formatted(AHEAD_SECONDS, DUE_SECONDS, DUE)
            + " WHERE project_id = 'expire' AND event_key ^@ '"
            + prefix
            + "'");
    String first =
        "SELECT count(*) FROM event_trigger WHERE status = 'timed_out' AND event_key ^@ '"
            + prefix
            + "'";
    Await.until("the first falls due", Duration.ofSeconds(60), () -> stage.count(first) > 0);
    double rate = meanwhile.run();
    Await.until("all have ended", Duration.ofSeconds(120), () -> stage.count(first) == DUE);
    for (int percentile : new int[] {50, 99}) {
      report.add(
          "lateness p" + percentile + ", " + when,
          stage.count(
                  "SELECT (percentile_cont(0."
                      + percentile
                      + ") WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - expires_at)) * 1000000)::bigint"
                      + " FROM event_trigger WHERE project_id = 'expire' AND event_key ^@ '"
                      + prefix
                      + "'")
              / 1000.0,
          "ms");
    }
    return rate;
  }
}
