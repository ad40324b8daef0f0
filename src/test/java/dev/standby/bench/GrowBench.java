package dev.standby.bench;

import java.io.IOException;

/**
 * What requests cost as waits pile up; the last size is {@code -Dbench.rows}, 1 000 000 if not
 * given.
 */
final class GrowBench implements Bench.Benchmark {
  private static final int SMALL = 10_000;
  private static final int SECONDS = 5;
  private static final int SENDS = 400_000;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    int large = Integer.getInteger("bench.rows", 1_000_000);
    try (Stage stage = new Stage()) {
      stage.register("grow", "g", SMALL, 86_400);
      stage.register("sends", "a", SENDS, 86_400);
      measure(stage, "a", "warm-up", new Report("grow"));
      stage.register("sends", "b", SENDS, 86_400);
      stage.analyze();
      double[] small = measure(stage, "b", "at " + SMALL + " rows", report);
      stage.register("grow", "h", large - SMALL, 86_400);
      stage.register("sends", "c", SENDS, 86_400);
      stage.analyze();
      double[] grown = measure(stage, "c", "at " + large + " rows", report);
      String[] names = {"stats", "get", "list page", "send"};
      for (int i = 0; i < names.length; i++) {
        report.add(names[i] + ", rate small over rate grown", small[i] / grown[i], "x");
      }
    }
  }

  private static double[] measure(Stage stage, String prefix, String when, Report report)
      throws IOException, InterruptedException {
    stage.settle();
    String url = stage.url();
    return new double[] {
      report.add("stats " + when, rate(url, "/v1/events/stats?project_id=grow"), "/s"),
      report.add("get " + when, rate(url, "/v1/events/g77?project_id=grow"), "/s"),
      report.add("list page " + when, rate(url, "/v1/events?project_id=grow"), "/s"),
      report.add("send " + when, Wrk.send(url, prefix, 0, 64, SECONDS).rate(), "/s")
    };
  }

  private static double rate(String url, String path) throws IOException, InterruptedException {
    return Wrk.get(url, path, 64, SECONDS).rate();
  }
}
