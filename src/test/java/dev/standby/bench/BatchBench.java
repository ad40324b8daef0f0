package dev.standby.bench;

import dev.standby.support.Api;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A thousand sends in one request, against a thousand requests: one after the other, and as many at
 * once as a client has connections.
 */
final class BatchBench implements Bench.Benchmark {
  private static final int ROUNDS = 11;
  private static final int WARM_UP = 5;
  private static final int SENDS = 1000;

  private int next;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    try (Stage stage = new Stage();
        Swarm swarm = new Swarm(List.of(stage.node().url()))) {
      stage.register("default", "s", 3 * SENDS * (ROUNDS + WARM_UP), 86_400);
      stage.analyze();
      double[] batch = new double[ROUNDS];
      double[] one = new double[ROUNDS];
      double[] many = new double[ROUNDS];
      for (int i = -WARM_UP; i < ROUNDS; i++) {
        double batchMillis = millis(() -> sendBatch(swarm));
        double oneMillis = millis(() -> sendOneByOne(swarm));
        double manyMillis = millis(() -> sendAtOnce(swarm));
        if (i >= 0) {
          batch[i] = batchMillis;
          one[i] = oneMillis / batchMillis;
          many[i] = manyMillis / batchMillis;
        }
      }
      report.addMedian("a batch of 1 000 sends", "ms", batch);
      report.addMedian("1 000 sends one after the other, over the batch", "x", one);
      report.addMedian("1 000 sends on 64 connections, over the batch", "x", many);
    }
  }

  private static double millis(Runnable work) {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / 1e6;
  }

  private void sendBatch(Swarm swarm) {
    String items =
        IntStream.range(0, SENDS)
            .mapToObj(i -> "{\"event_key\":\"s" + next++ + "\",\"payload\":{\"ok\":true}}")
            .collect(Collectors.joining(",", "{\"items\":[", "]}"));
    Reply reply = swarm.ask(0, HttpMethod.POST, "/v1/batch/send", items).join();
    for (var result : Api.json(reply.text()).path("results")) {
      check(result.path("status").asInt());
    }
  }

  private void sendOneByOne(Swarm swarm) {
    for (int i = 0; i < SENDS; i++) {
      check(swarm.send(0, "s" + next++, "{\"ok\":true}").join().status());
    }
  }

  private void sendAtOnce(Swarm swarm) {
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < SENDS; i++) {
      replies.add(swarm.send(0, "s" + next++, "{\"ok\":true}"));
    }
    Swarm.all(replies).forEach(reply -> check(reply.status()));
  }

  private static void check(int status) {
    if (status != 200) {
      throw new IllegalStateException("A send was answered with " + status);
    }
  }
}
