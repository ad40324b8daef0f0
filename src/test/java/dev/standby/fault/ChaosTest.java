package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Await;
import dev.standby.support.Follower;
import dev.standby.support.Ledger;
import dev.standby.support.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random clients of three nodes, random faults, and a checker that compares what clients were told
 * with what the database has. {@code -Dstandby.chaos.seed} plays the same scenes and faults again,
 * {@code -Dstandby.chaos.seconds} for longer. Where the machine permits no network namespaces, no
 * network is cut.
 */
class ChaosTest {
  private static final int ACTORS = 12;
  private static final int CUT_FACTOR = 3;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final long seed = Long.getLong("standby.chaos.seed", System.nanoTime());
  private final long seconds = Long.getLong("standby.chaos.seconds", 15);
  private long began;
  private final StringBuilder faults = new StringBuilder();

  @Test
  void shouldContradictNeitherItselfNorAnyClientWhenNodesAndConnectionsFailAtRandom() {
    Optional<CutCluster> hosts = CutCluster.shared();
    TestCluster cluster = hosts.map(CutCluster::nodes).orElseGet(TestCluster::shared);
    String prefix = "chaos/" + System.nanoTime() + "/";
    System.out.printf(
        Locale.ROOT,
        "Chaos: replay with -Dstandby.chaos.seed=%d -Dstandby.chaos.seconds=%d%n",
        seed,
        seconds);
    History history = new History();
    Actors actors = new Actors(cluster.swarm(), prefix, history, seed, ACTORS);

    Random random = new Random(seed);
    began = System.nanoTime();
    while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(seconds) && !actors.broken()) {
      pause(200 + random.nextInt(800));
      fault(cluster, hosts.map(CutCluster::network), random);
    }
    System.out.printf(Locale.ROOT, "Chaos: faults:%s%n", faults);
    cluster.repair();
    actors.stop();
    endSecondWaits(cluster, prefix);
    awaitDeadlines(cluster.ledger(), prefix);
    for (Follower follower : actors.followers()) {
      Await.until(follower.key() + " is heard to end", LIMIT, () -> follower.terminal().isDone());
      history.add("stream", follower.terminal().join());
    }

    System.out.printf(
        Locale.ROOT,
        "Chaos: %d scenes, %d streams (%d reopened), %d answers and frames checked%n",
        actors.scenes(),
        actors.followers().size(),
        actors.followers().stream().filter(follower -> follower.reopened() > 0).count(),
        history.size());
    Map<String, List<Ledger.Row>> rows = cluster.ledger().rows(prefix);
    assertThat(actors.surprises()).as("answers that no fault excuses").isEmpty();
    assertThat(history.contradictions(rows)).as("contradictions").isEmpty();
    assertThat(actors.ended())
        .as("keys with a wait that should have ended")
        .allSatisfy(
            key ->
                assertThat(rows.get(key))
                    .as(key)
                    .isNotEmpty()
                    .extracting(Ledger.Row::status)
                    .doesNotContain("waiting"));
    cluster.ledger().assertBalanced();
  }

  private void fault(TestCluster cluster, Optional<Netns> network, Random random) {
    faults.append(String.format(Locale.ROOT, " %.1f", (System.nanoTime() - began) / 1e9));
    int node = random.nextInt(cluster.size());
    int kind = random.nextInt(10);
    long millis = 200L + random.nextInt(2800);
    if (kind < 4 && allReady(cluster)) {
      faults.append(kind == 0 ? " restart-" : " kill-").append(node);
      if (kind == 0) {
        cluster.node(node).stop();
      } else {
        cluster.node(node).kill();
      }
      cluster.launch(node);
    } else if (kind < 6 && cluster.ready(node)) {
      faults.append(" stop-").append(node).append('/').append(millis);
      cluster.signal(node, "STOP");
      pause(millis);
      cluster.signal(node, "CONT");
    } else if (kind < 8 && network.isPresent()) {
      // Long enough, at times, for each side to give the other up.
      faults.append(" cut-").append(node).append('/').append(CUT_FACTOR * millis);
      network.get().cut(node);
      pause(CUT_FACTOR * millis);
      network.get().heal(node);
    } else {
      terminateConnections(cluster, 1 + random.nextInt(3));
    }
  }

  private void terminateConnections(TestCluster cluster, int share) {
    faults.append(" terminate-1/").append(share);
    cluster
        .ledger()
        .query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                + " current_database() AND application_name = 'standby' AND pid % "
                + share
                + " = 0");
  }

  private static boolean allReady(TestCluster cluster) {
    return IntStream.range(0, cluster.size()).allMatch(cluster::ready);
  }

  /**
   * A registration that a stopped node got, and that was repeated at another, is carried out when
   * the node goes on: if the wait has ended meanwhile, as a second one, which nobody ends.
   */
  private static void endSecondWaits(TestCluster cluster, String prefix) {
    cluster
        .ledger()
        .rows(prefix)
        .forEach(
            (key, rows) -> {
              if (rows.size() > 1 && rows.get(rows.size() - 1).status().equals("waiting")) {
                cluster.swarm().cancel(0, key).join();
              }
            });
  }

  private static void awaitDeadlines(Ledger ledger, String prefix) {
    Await.until(
        "every deadline is kept",
        LIMIT,
        () ->
            ledger
                .query(
                    "SELECT 1 FROM event_trigger WHERE status = 'waiting' AND timeout_secs = 1"
                        + " AND starts_with(event_key, '"
                        + prefix
                        + "')")
                .isEmpty());
  }

  private static void pause(long millis) {
    long began = System.nanoTime();
    Await.until(
        "time passes",
        LIMIT,
        () -> System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
