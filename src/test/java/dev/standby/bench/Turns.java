package dev.standby.bench;

import dev.standby.support.NodeProcess;
import java.io.IOException;
import java.util.List;

/**
 * Nodes on one database, one after the other under the same load of sends, in rounds that take
 * turns.
 */
final class Turns {
  private static final int ROUNDS = 9;
  private static final int SECONDS = 3;
  private static final int CONNECTIONS = 128;

  /** How many waits must be there for three nodes, with the keys {@code s0 …}. */
  static final int WAITING = 2_400_000;

  private final double[][] rates;
  private final double[][] micros;

  private Turns(double[][] rates, double[][] micros) {
    this.rates = rates;
    this.micros = micros;
  }

  /** Sends a second to a node, by round. */
  double[] rates(int node) {
    return rates[node];
  }

  /** A node's processor time for a send, by round. */
  double[] micros(int node) {
    return micros[node];
  }

  /** Takes {@code keys} along, one for each node; empty for none. */
  static Turns send(Stage stage, List<NodeProcess> nodes, List<String> keys)
      throws IOException, InterruptedException {
    double[][] rates = new double[nodes.size()][ROUNDS];
    double[][] micros = new double[nodes.size()][ROUNDS];
    long next = 0;
    for (int round = -1; round < ROUNDS; round++) {
      for (int turn = 0; turn < nodes.size(); turn++) {
        // By turns the first, so that none has the quieter moment of a round.
        int i = (turn + round + 1) % nodes.size();
        stage.settle();
        NodeProcess node = nodes.get(i);
        double began = cpuMicros(node);
        Wrk.Result result =
            Wrk.send(node.url().toString(), keys.get(i), "s", next, CONNECTIONS, SECONDS);
        next += result.requests() + CONNECTIONS;
        if (round >= 0) {
          rates[i][round] = result.rate();
          micros[i][round] = (cpuMicros(node) - began) / result.requests();
        }
      }
    }
    return new Turns(rates, micros);
  }

  /** How much slower one node is than another, in percent, by round. */
  double[] lost(int without, int with) {
    double[] lost = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      lost[i] = 100 * (1 - rates[with][i] / rates[without][i]);
    }
    return lost;
  }

  private static double cpuMicros(NodeProcess node) {
    return node.handle().info().totalCpuDuration().orElseThrow().toNanos() / 1000.0;
  }
}
