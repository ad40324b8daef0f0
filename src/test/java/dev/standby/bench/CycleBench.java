package dev.standby.bench;

import dev.standby.bus.EventTriggers;
import dev.standby.bus.Registration;
import dev.standby.support.Member;
import dev.standby.support.NodeProcess;
import dev.standby.support.TestPostgres;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The whole cycle through the bus client of another process: register, await, send, hear; against
 * the best rate of single-row inserts and updates together.
 */
final class CycleBench implements Bench.Benchmark {
  private static final int ROUNDS = 3;
  private static final int SECONDS = 5;
  private static final int AT_ONCE = 256;
  private static final int CYCLES = 20_000;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    String database = TestPostgres.newDatabase();
    List<NodeProcess> nodes = NodeProcess.cluster(1, database);
    PgBench pgbench = new PgBench(database);
    try (Member member = Member.join(NodeProcess.members(nodes))) {
      EventTriggers triggers = EventTriggers.create(member.vertx());
      cycles(triggers, "warm-up/");
      double[] rate = new double[ROUNDS];
      double[] ratio = new double[ROUNDS];
      double[] baseline = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        TestPostgres.execute(database, "CHECKPOINT");
        double insert = pgbench.bestInserts(SECONDS);
        double update = pgbench.bestUpdates(SECONDS);
        baseline[i] = 1 / (1 / insert + 1 / update);
        rate[i] = cycles(triggers, i + "/");
        ratio[i] = rate[i] / baseline[i];
      }
      report.addMedian("cycles, " + AT_ONCE + " at once", "/s", rate);
      report.addMedian("pgbench, best insert and best update for each", "/s", baseline);
      report.addMedian("cycles over pgbench's best", "x", ratio);
    } finally {
      nodes.forEach(NodeProcess::close);
    }
  }

  /** How many cycles a second. */
  private static double cycles(EventTriggers triggers, String prefix) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Future<Void>> clients = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(AT_ONCE);
    long start = System.nanoTime();
    for (int i = 0; i < AT_ONCE; i++) {
      clients.add(client(triggers, prefix, next).onComplete(end -> done.countDown()));
    }
    done.await();
    clients.forEach(Member::get);
    return CYCLES * 1e9 / (System.nanoTime() - start);
  }

  private static Future<Void> client(EventTriggers triggers, String prefix, AtomicInteger next) {
    int number = next.getAndIncrement();
    if (number >= CYCLES) {
      return Future.succeededFuture();
    }
    String key = prefix + number;
    return triggers
        .register(Registration.of(key).timeoutSecs(600))
        .compose(
            registered -> {
              Future<?> heard = triggers.await(key);
              return triggers.send(key, number).compose(sent -> heard);
            })
        .compose(heard -> client(triggers, prefix, next));
  }
}
