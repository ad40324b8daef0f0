package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.bus.EventTriggers;
import dev.standby.support.Follower;
import dev.standby.support.Load;
import dev.standby.support.Member;
import dev.standby.support.Swarm;
import dev.standby.support.TestCluster;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes die and come back; the others go on as if nothing had happened. */
class NodeDeathTest {
  private static final int CLIENTS = 8;

  /** How many waits end before and after the fault, so that it falls into the midst of them. */
  private static final int WAITS = 200;

  /**
   * What a request to a living node may take. The goal is a second; the bound is looser because the
   * nodes, PostgreSQL and the other builds share two cores. The printed number says what it was.
   */
  private static final long REQUEST_LIMIT_MILLIS = 3000;

  /** What a wake-up may be late when its announcement is lost. */
  private static final long LATE_LIMIT_MILLIS = 3000;

  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.shared();
  }

  @Test
  void shouldNeitherDelayRequestsNorMissAnythingWhenANodeIsKilledUnderLoad() {
    Load load = new Load(cluster.swarm(), "death/", CLIENTS, 0, 1);
    load.awaitMore(WAITS);

    cluster.node(2).kill();
    load.awaitMore(2 * WAITS);
    cluster.start(2);
    load.awaitMore(WAITS);
    load.close();

    print("kill -9 of one of three", load);
    assertThat(load.requests()).extracting(Load.Request::status).containsOnly(200, 201);
    assertThat(load.slowestMillis(0, 1)).isLessThan(REQUEST_LIMIT_MILLIS);
    assertThat(last(load.lateMillis())).isLessThan(LATE_LIMIT_MILLIS);
    assertThat(load.followers()).extracting(Follower::reopened).containsOnly(0);
    load.assertKept(cluster.ledger());
  }

  @Test
  void shouldTellTheReadersElsewhereWhenTheirNodeIsKilled() {
    List<Follower> streams = new ArrayList<>();
    for (int i = 0; i < WAITS; i++) {
      Swarm.all(List.of(cluster.swarm().register(i, "moved/" + i, "")));
      streams.add(cluster.swarm().follow(1, "moved/" + i));
    }
    Swarm.all(streams.stream().map(Follower::begun).toList());

    cluster.node(1).kill();
    for (int i = 0; i < WAITS; i++) {
      Swarm.all(List.of(cluster.swarm().send(2 * (i % 2), "moved/" + i, "1")));
    }

    assertThat(Swarm.all(streams.stream().map(Follower::terminal).toList()))
        .extracting(trigger -> trigger.path("status").asText())
        .containsOnly("received");
    assertThat(streams).extracting(Follower::reopened).doesNotContain(0);
  }

  @Test
  void shouldStillPushAtOnceWhenNodesWereRestartedOneAfterTheOther() {
    int restarts = Integer.getInteger("standby.restarts", 2);
    Load load = new Load(cluster.swarm(), "rolling/", CLIENTS, 0, 1, 2);

    for (int i = 0; i < restarts; i++) {
      cluster.node(i % cluster.size()).stop();
      cluster.start(i % cluster.size());
      load.awaitMore(WAITS / 4);
    }
    load.close();
    Load after = new Load(cluster.swarm(), "rolled/", 1, 0, 1, 2);
    after.awaitMore(WAITS / 2);
    after.close();

    print(restarts + " rolling restarts", load);
    print("after them", after);
    assertThat(last(load.lateMillis())).isLessThan(LATE_LIMIT_MILLIS);
    // By the announcement: the second way comes a grace of 100 ms later.
    assertThat(after.lateMillis()[WAITS / 4]).as("median, ms").isLessThan(100);
    load.assertKept(cluster.ledger());
    after.assertKept(cluster.ledger());
  }

  @Test
  void shouldEndEveryAwaitInAnotherProcessWhenTheNodeThatItAskedIsKilled() {
    try (Member member = Member.join(cluster.members())) {
      EventTriggers triggers = EventTriggers.create(member.vertx());
      List<Future<EventTrigger>> awaits = new ArrayList<>();
      for (int i = 0; i < 2 * WAITS; i++) {
        Swarm.all(List.of(cluster.swarm().register(i, "await/" + i, "")));
      }
      for (int i = 0; i < WAITS; i++) {
        awaits.add(triggers.await("await/" + i));
      }

      cluster.node(2).kill();
      // Some of these ask a node that is dead and not missed yet.
      for (int i = WAITS; i < 2 * WAITS; i++) {
        awaits.add(triggers.await("await/" + i));
      }
      for (int i = 0; i < 2 * WAITS; i++) {
        Swarm.all(List.of(cluster.swarm().send(i % 2, "await/" + i, "" + i)));
      }

      for (int i = 0; i < 2 * WAITS; i++) {
        assertThat(Member.get(awaits.get(i)).responsePayload()).isEqualTo("" + i);
      }
    }
  }

  private static long last(long[] sorted) {
    return sorted[sorted.length - 1];
  }

  private static void print(String what, Load load) {
    long[] late = load.lateMillis();
    System.out.printf(
        Locale.ROOT,
        "%s: %d requests, slowest %d ms; %d streams, frame after the answer: median %d ms, max %d ms%n",
        what,
        load.requests().size(),
        load.slowestMillis(0, 1, 2),
        late.length,
        late[late.length / 2],
        last(late));
  }
}
