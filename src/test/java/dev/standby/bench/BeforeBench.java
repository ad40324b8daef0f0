package dev.standby.bench;

import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.support.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a change has cost a send: a node from an earlier jar, {@code -Dstandby.before=…}, and one of
 * what stands here, each on a database of its own, one after the other under the same load, in
 * rounds that take turns. With {@code -Dstandby.away} PostgreSQL is a round trip of so many
 * microseconds away from both.
 */
final class BeforeBench implements Bench.Benchmark {
  private static final int ROUNDS = 9;
  private static final int SECONDS = 3;
  private static final int CONNECTIONS = 128;
  private static final int WAITING = 1_500_000;

  /** Said so that it suits every version's table. */
  private static final String WAITS =
      "INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type, timeout_secs,"
          + " expires_at) SELECT 'default', now() + i * interval '1 microsecond', gen_random_uuid(),"
          + " 's' || i, 'job_run', 86400, now() + interval '1 day' FROM generate_series(0, %d) i";

  private static final String COUNTS =
      "INSERT INTO event_stats (project_id, shard, waiting) VALUES ('default', 0, %d)";

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    String jar = System.getProperty("standby.before", "");
    if (jar.isEmpty()) {
      throw new IllegalArgumentException("-Dstandby.before must name the jar to compare with");
    }
    String[] databases = {TestPostgres.newDatabase(), TestPostgres.newDatabase()};
    long away = Long.getLong("standby.away", 0);
    try (Wire toBefore = Wire.far(databases[0], away);
        Wire toNow = Wire.far(databases[1], away);
        NodeProcess before = start(away == 0 ? databases[0] : toBefore.url(), jar);
        NodeProcess now = start(away == 0 ? databases[1] : toNow.url(), null)) {
      NodeProcess[] nodes = {before, now};
      for (String database : databases) {
        TestPostgres.execute(database, WAITS.formatted(WAITING));
        TestPostgres.execute(database, COUNTS.formatted(WAITING + 1));
        TestPostgres.execute(database, "VACUUM ANALYZE event_trigger");
      }
      double[][] rates = new double[2][ROUNDS];
      double[][] micros = new double[2][ROUNDS];
      long[] next = new long[2];
      for (int round = -1; round < ROUNDS; round++) {
        for (int turn = 0; turn < 2; turn++) {
          // By turns the first, so that neither has the quieter moment of a round.
          int i = (turn + round + 1) % 2;
          TestPostgres.execute(databases[i], "CHECKPOINT");
          double began = Proc.cpuSeconds(nodes[i]);
          Wrk.Result result =
              Wrk.send(nodes[i].url().toString(), "", "s", next[i], CONNECTIONS, SECONDS);
          next[i] += result.requests() + CONNECTIONS;
          if (round >= 0) {
            rates[i][round] = result.rate();
            micros[i][round] = (Proc.cpuSeconds(nodes[i]) - began) * 1e6 / result.requests();
          }
        }
      }
      report.addMedian("sends before", "/s", rates[0]);
      report.addMedian("sends now", "/s", rates[1]);
      report.addMedian("the node's processor time for a send before", "µs", micros[0]);
      report.addMedian("the node's processor time for a send now", "µs", micros[1]);
      double[] ratios = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        ratios[i] = rates[1][i] / rates[0][i];
      }
      report.addMedian("now over before", "x", ratios);
    }
  }

  private static NodeProcess start(String database, String jar) {
    ProcessBuilder command = NodeProcess.command(Nodes.environment(database, Map.of()));
    if (jar != null) {
      NodeProcess.useJar(command, Path.of(jar));
    }
    return NodeProcess.launch(command).awaitReady();
  }
}
