package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Await;
import dev.standby.support.Follower;
import dev.standby.support.Load;
import dev.standby.support.Swarm;
import dev.standby.support.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A node that does not run for a while holds nobody up, and comes back by itself. */
@DisabledOnOs(OS.WINDOWS)
class PausedNodeTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int WAITS = 100;

  /** Looser than the goal of a second, for a machine that does other things at the same time. */
  private static final long REQUEST_LIMIT_MILLIS = 3000;

  private static final long LATE_LIMIT_MILLIS = 3000;

  @Test
  void shouldHoldNobodyUpAndComeBackWhenANodeIsStoppedAndContinued() {
    long pauseSecs = Long.getLong("standby.pause.seconds", 4);
    TestCluster cluster = TestCluster.shared();
    List<Follower> streams = new ArrayList<>();
    for (int i = 0; i < WAITS; i++) {
      Swarm.all(List.of(cluster.swarm().register(0, "paused/" + i, "")));
      streams.add(cluster.swarm().follow(2, "paused/" + i));
    }
    Swarm.all(streams.stream().map(Follower::begun).toList());

    cluster.signal(2, "STOP");
    long stopped = System.nanoTime();
    Load load = new Load(cluster.swarm(), "meanwhile/", 8, 0, 1);
    for (int i = 0; i < WAITS; i++) {
      Swarm.all(List.of(cluster.swarm().send(i % 2, "paused/" + i, "1")));
    }
    Await.until(
        "the pause is over",
        LIMIT,
        () -> System.nanoTime() - stopped > Duration.ofSeconds(pauseSecs).toNanos());
    load.close();
    cluster.signal(2, "CONT");

    System.out.printf(
        Locale.ROOT,
        "One of three stopped for %d s: %d requests to the others, slowest %d ms%n",
        pauseSecs,
        load.requests().size(),
        load.slowestMillis(0, 1));
    assertThat(load.requests()).extracting(Load.Request::status).containsOnly(200, 201);
    assertThat(load.slowestMillis(0, 1)).isLessThan(REQUEST_LIMIT_MILLIS);
    assertThat(load.lateMillis()[load.lateMillis().length - 1]).isLessThan(LATE_LIMIT_MILLIS);
    load.assertKept(cluster.ledger());
    assertThat(Swarm.all(streams.stream().map(Follower::terminal).toList()))
        .as("what the streams of the stopped node heard")
        .extracting(trigger -> trigger.path("status").asText())
        .containsOnly("received");
    assertThat(streams).extracting(Follower::reopened).containsOnly(0);
    // It takes part again, as sender and as listener, and by the quick way.
    Await.until("pushes are quick again", LIMIT, () -> medianMillis(cluster) < 100);
  }

  private static long medianMillis(TestCluster cluster) {
    Load after = new Load(cluster.swarm(), "back/" + System.nanoTime() + "/", 1, 0, 2, 1, 0, 1, 2);
    after.awaitMore(20);
    after.close();
    return after.lateMillis()[after.lateMillis().length / 2];
  }
}
