package dev.standby.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.bus.EventTriggers;
import dev.standby.support.Follower;
import dev.standby.support.Ledger;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.Swarm;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes on one database that form no cluster still wake each other's waiters. */
class NoClusterTest {
  private static final int WAITS = 60;
  private static final long LATE_LIMIT_MILLIS = 3000;

  private static final String DATABASE = TestPostgres.newDatabase();
  private static Standby one;
  private static Standby other;
  private static Swarm swarm;

  @BeforeAll
  static void start() {
    one = Nodes.alone(DATABASE);
    other = Nodes.alone(DATABASE);
    swarm = new Swarm(List.of(URI.create(one.url()), URI.create(other.url())));
  }

  @AfterAll
  static void stop() {
    swarm.close();
    one.close();
    other.close();
  }

  @Test
  void shouldWakeStreamsAndAwaitsInTimeWhenTheWaitEndsOnTheOtherNode() {
    EventTriggers triggers = EventTriggers.create(other.vertx());
    List<Follower> streams = new ArrayList<>();
    List<Future<EventTrigger>> awaits = new ArrayList<>();
    for (int i = 0; i < WAITS; i++) {
      String key = "apart/" + i + "/";
      Swarm.all(List.of(swarm.register(0, key, "")));
      streams.add(swarm.follow(1, key));
      awaits.add(triggers.await(key));
    }
    Swarm.all(streams.stream().map(Follower::begun).toList());

    for (int i = 0; i < WAITS; i++) {
      String key = "apart/" + i + "/";
      Swarm.all(
          List.of(
              switch (i % 3) {
                case 0 -> swarm.send(0, key, "1");
                case 1 -> swarm.sendPrefix(0, key, "1");
                default -> swarm.cancel(0, key);
              }));
    }
    long answered = System.nanoTime();
    Swarm.all(streams.stream().map(Follower::terminal).toList());
    final long streamMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - answered);
    awaits.forEach(Member::get);
    final long awaitMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - answered);

    // A deadline is seen by whichever node comes round to it first.
    List<Follower> due = new ArrayList<>();
    for (int i = 0; i < WAITS; i++) {
      Swarm.all(List.of(swarm.register(i, "due/" + i, "\"timeout_secs\":1")));
      due.add(swarm.follow(i + 1, "due/" + i));
    }

    assertThat(Swarm.all(due.stream().map(Follower::terminal).toList()))
        .extracting(trigger -> trigger.path("status").asText())
        .containsOnly("timed_out");
    System.out.printf(
        Locale.ROOT,
        "No cluster: after the last of %d answers, streams heard within %d ms, awaits within %d ms%n",
        WAITS,
        streamMillis,
        awaitMillis);
    assertThat(streamMillis).isLessThan(LATE_LIMIT_MILLIS);
    assertThat(awaitMillis).isLessThan(LATE_LIMIT_MILLIS);
    new Ledger(DATABASE).assertBalanced();
  }
}
