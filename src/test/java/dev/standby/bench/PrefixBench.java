package dev.standby.bench;

import dev.standby.support.Api;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** One prefix send over 10 000 waits, against single sends, and what single sends notice of it. */
final class PrefixBench implements Bench.Benchmark {
  private static final int ROUNDS = 5;
  private static final int MATCHES = 10_000;
  private static final int SECONDS = 4;

  /** The most that one may resolve by default. */
  private static final int MOST = 100_000;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    try (Stage stage = new Stage()) {
      Api api = new Api(stage.url());
      stage.register("default", "s", 600_000, 86_400);
      for (int i = 0; i <= ROUNDS; i++) {
        stage.register("default", "p" + i + "/", MATCHES, 86_400);
        stage.register("default", "q" + i + "/", MATCHES, 86_400);
      }
      stage.register("default", "most/", MOST, 86_400);
      stage.analyze();
      long next = Wrk.send(stage.url(), "s", 0, 128, SECONDS).requests() + 128;
      prefix(api, "p" + ROUNDS + "/", MATCHES);
      double[] singles = new double[ROUNDS];
      double[] rows = new double[ROUNDS];
      double[] ratio = new double[ROUNDS];
      double[] p99 = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        stage.settle();
        Wrk.Result alone = Wrk.send(stage.url(), "s", next, 128, SECONDS);
        next += alone.requests() + 128;
        singles[i] = alone.rate();
        rows[i] = MATCHES / prefix(api, "p" + i + "/", MATCHES);
        ratio[i] = rows[i] / singles[i];
        String meanwhile = "q" + i + "/";
        CompletableFuture<Double> burst =
            CompletableFuture.supplyAsync(() -> prefix(api, meanwhile, MATCHES));
        Wrk.Result beside = Wrk.send(stage.url(), "s", next, 16, 2);
        next += beside.requests() + 16;
        burst.join();
        p99[i] = beside.millis("99");
      }
      CompletableFuture<Double> most =
          CompletableFuture.supplyAsync(() -> prefix(api, "most/", MOST));
      Wrk.Result besideMost = Wrk.send(stage.url(), "s", next, 16, SECONDS);
      report.add("one prefix send over " + MOST, MOST / most.join(), "rows/s");
      report.add(
          "p99 of single sends meanwhile, 16 connections, over " + MOST,
          besideMost.millis("99"),
          "ms");
      report.addMedian("single sends, 128 connections", "/s", singles);
      report.addMedian("one prefix send over " + MATCHES, "rows/s", rows);
      report.addMedian("prefix send over single sends", "x", ratio);
      report.addMedian("p99 of single sends meanwhile, 16 connections", "ms", p99);
    }
  }

  /** Sends to a prefix; returns how many seconds it took. */
  private static double prefix(Api api, String prefix, int matches) {
    long start = System.nanoTime();
    Api.Answer answer = api.post("/v1/events/prefix/" + Api.encode(prefix) + "/send", "{}");
    if (answer.json().path("resolved").asInt() != matches) {
      throw new IllegalStateException(answer.text());
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
