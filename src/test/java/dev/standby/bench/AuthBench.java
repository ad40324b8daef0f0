package dev.standby.bench;

import dev.standby.support.Api;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.Programs;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What an API key costs a send, and what the audit log does: three nodes on one database, one after
 * the other under the same load, in rounds that take turns. And whether the time that a refusal
 * takes tells how much of a guess was right.
 */
final class AuthBench implements Bench.Benchmark {
  private static final int GUESSES = 1000;

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    try (Stage stage = new Stage();
        NodeProcess keys = node(stage, "false");
        NodeProcess audited = node(stage, "true")) {
      String key = key(stage);
      stage.register("default", "s", Turns.WAITING, 86_400);
      stage.analyze();
      Turns turns = Turns.send(stage, List.of(stage.node(), keys, audited), List.of("", key, key));
      report.addMedian("sends without authentication", "/s", turns.rates(0));
      report.addMedian("sends with an API key, no audit log", "/s", turns.rates(1));
      report.addMedian("sends with an API key and the audit log", "/s", turns.rates(2));
      report.addMedian("the node's processor time for a send, without", "µs", turns.micros(0));
      report.addMedian("the same with an API key, no audit log", "µs", turns.micros(1));
      report.addMedian("the same with an API key and the audit log", "µs", turns.micros(2));
      report.addMedian("what the key costs", "%", turns.lost(0, 1));
      report.addMedian("what key and audit log cost", "%", turns.lost(0, 2));
      guess(report, new Api(keys.url()), key);
    }
  }

  /** Guesses that are wrong from the first character on, and from the last, by turns. */
  private static void guess(Report report, Api api, String key) {
    String first = key.substring(0, 20) + other(key.charAt(20)) + key.substring(21);
    String last = key.substring(0, key.length() - 1) + other(key.charAt(key.length() - 1));
    double[] micros = new double[2 * GUESSES];
    for (int i = -GUESSES / 2; i < GUESSES; i++) {
      for (int j = 0; j < 2; j++) {
        long began = System.nanoTime();
        int status = api.with(j == 0 ? first : last).get("/v1/events/stats").status();
        if (status != 401) {
          throw new IllegalStateException("A guess was answered with " + status);
        }
        if (i >= 0) {
          micros[j * GUESSES + i] = (System.nanoTime() - began) / 1000.0;
        }
      }
    }
    report.addMedian("refusal, the first character is wrong", "µs", half(micros, 0));
    report.addMedian("refusal, only the last one is", "µs", half(micros, 1));
  }

  private static double[] half(double[] micros, int which) {
    return Arrays.copyOfRange(micros, which * GUESSES, (which + 1) * GUESSES);
  }

  private static char other(char c) {
    return c == 'A' ? 'B' : 'A';
  }

  private static NodeProcess node(Stage stage, String audit) {
    return NodeProcess.start(
        Nodes.environment(
            stage.database(),
            Map.of(
                "STANDBY_AUTH",
                "keys",
                "STANDBY_AUDIT_ENABLED",
                audit,
                "STANDBY_LIMITS_FAILED_LOGINS_PER_MINUTE",
                "0")));
  }

  private static String key(Stage stage) {
    ProcessBuilder command =
        NodeProcess.command(
            Nodes.environment(stage.database(), Map.of()),
            "keys",
            "create",
            "--project",
            "default",
            "--scope",
            "events:send");
    return Programs.run(command.redirectError(ProcessBuilder.Redirect.DISCARD));
  }
}
