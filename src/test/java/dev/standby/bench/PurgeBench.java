package dev.standby.bench;

import dev.standby.support.Api;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** A purge of 1 000 000 terminal rows, and what single sends notice of it. */
final class PurgeBench implements Bench.Benchmark {
  private static final int ROWS = 1_000_000;
  private static final int SECONDS = 5;
  private static final int CONNECTIONS = 16;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    try (Stage stage = new Stage()) {
      stage.register("old", "o", ROWS, 86_400);
      stage.register("default", "s", 1_200_000, 86_400);
      TestPostgres.execute(
          stage.database(),
          "UPDATE event_trigger SET status = 'received', finished_at = now() - interval '40 days',"
              + " requested_at = requested_at - interval '50 days' WHERE project_id = 'old'");
      TestPostgres.execute(
          stage.database(),
          "UPDATE event_stats SET received = waiting, waiting = 0 WHERE project_id = 'old'");
      stage.analyze();
      long next = Wrk.send(stage.url(), "s", 0, 128, SECONDS).requests() + 128;
      stage.settle();
      Wrk.Result alone = Wrk.send(stage.url(), "s", next, CONNECTIONS, SECONDS);
      next += alone.requests() + CONNECTIONS;
      stage.settle();
      Api api = new Api(stage.url());
      CompletableFuture<Double> purge = CompletableFuture.supplyAsync(() -> purge(api));
      Wrk.Result beside = Wrk.send(stage.url(), "s", next, CONNECTIONS, SECONDS);
      report.add("purged", ROWS / purge.join(), "rows/s");
      report.add("single sends alone, 16 connections", alone.rate(), "/s");
      report.add("p99 of them", alone.millis("99"), "ms");
      report.add("single sends meanwhile, 16 connections", beside.rate(), "/s");
      report.add("p99 of them meanwhile", beside.millis("99"), "ms");
    }
  }

  /** Purges; returns how many seconds it took. */
  private static double purge(Api api) {
    long start = System.nanoTime();
    Api.Answer answer =
        api.post("/v1/events/purge", "{\"project_id\":\"old\",\"older_than_days\":30}");
    if (answer.json().path("deleted").asInt() != ROWS) {
      throw new IllegalStateException(answer.text());
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
