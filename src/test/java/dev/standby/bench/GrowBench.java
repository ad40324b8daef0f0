package dev.standby.bench;

import java.io.IOException;

/**
 * What requests cost, and an idle node, at 10 000, 1 000 000 and 10 000 000 waits; no more than
 * {@code -Dbench.rows}, 1 000 000 if not given.
 */
final class GrowBench implements Bench.Benchmark {
  private static final int[] SIZES = {10_000, 1_000_000, 10_000_000};
  private static final String[] NAMES = {"stats", "get", "list page", "send", "register"};
  private static final int SECONDS = 5;
  private static final int SENDS = 300_000;
  private static final int IDLE_MILLIS = 5000;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    int most = Integer.getInteger("bench.rows", SIZES[1]);
    try (Stage stage = new Stage()) {
      stage.register("sends", "warm", SENDS, 86_400);
      stage.register("grow", "g", 1000, 86_400);
      measure(stage, "warm", "warm-up", new Report("grow"));
      double[] smallest = null;
      int rows = 1000;
      for (int size : SIZES) {
        if (size > most) {
          break;
        }
        stage.register("grow", "g" + size + "-", size - rows, 86_400);
        rows = size;
        stage.register("sends", "s" + size + "-", SENDS, 86_400);
        stage.analyze();
        double[] rates = measure(stage, "s" + size + "-", "at " + size + " rows", report);
        if (smallest == null) {
          smallest = rates;
        }
        for (int i = 0; i < NAMES.length; i++) {
          report.add(
              NAMES[i] + " at " + size + " rows over " + SIZES[0], smallest[i] / rates[i], "x");
        }
      }
    }
  }

  private static double[] measure(Stage stage, String prefix, String when, Report report)
      throws IOException, InterruptedException {
    stage.settle();
    double before = Proc.cpuSeconds(stage.node());
    Thread.sleep(IDLE_MILLIS);
    double idle = Proc.cpuSeconds(stage.node()) - before;
    report.add("processor of an idle node " + when, 100_000 * idle / IDLE_MILLIS, "% of a core");
    String url = stage.url();
    return new double[] {
      report.add("stats " + when, rate(url, "/v1/events/stats?project_id=grow"), "/s"),
      report.add("get " + when, rate(url, "/v1/events/g77?project_id=grow"), "/s"),
      report.add("list page " + when, rate(url, "/v1/events?project_id=grow"), "/s"),
      report.add("send " + when, Wrk.send(url, prefix, 0, 64, SECONDS).rate(), "/s"),
      report.add("register " + when, Wrk.register(url, "r" + prefix, 0, 64, SECONDS).rate(), "/s")
    };
  }

  private static double rate(String url, String path) throws IOException, InterruptedException {
    return Wrk.get(url, path, 64, SECONDS).rate();
  }
}
