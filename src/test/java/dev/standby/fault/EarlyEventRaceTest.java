package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import dev.standby.support.TestCluster;
import dev.standby.support.TestPostgres;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Sends that hold and registrations race for thousands of keys over two nodes, which die at times:
 * every event is received by just one registration, or still held.
 */
class EarlyEventRaceTest {
  private static final int ROUNDS = Integer.getInteger("standby.rounds", 3);
  private static final int KEYS = 1000;
  private static final int EVENTS = 3;

  private static TestCluster cluster;

  private final Random random = new Random(Long.getLong("standby.seed", 42));

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(2, TestPostgres.newDatabase(), Map.of());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** A key's registration and its events, and what was answered; null for nothing. */
  private record Race(
      String key, CompletableFuture<Reply> registration, List<CompletableFuture<Reply>> sends) {}

  @Test
  void shouldDeliverEveryEventOnceOrHoldItWhenRegistrationsRaceIt() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean killing = round % 4 == 2;
      String prefix = "race/" + round + "/";
      List<Race> races = new ArrayList<>();
      for (int k = 0; k < KEYS; k++) {
        races.add(race(prefix + k));
        if (killing && k == KEYS / 2) {
          cluster.node(1).kill();
        }
      }
      if (killing) {
        cluster.start(1);
      }
      check(prefix, races, killing);
    }
    cluster.ledger().assertBalanced();
  }

  /** One registration and several sends that hold, in a random order, on either node. */
  private Race race(String key) {
    int registration = random.nextInt(EVENTS + 1);
    List<CompletableFuture<Reply>> sends = new ArrayList<>();
    CompletableFuture<Reply> registered = null;
    for (int i = 0; i <= EVENTS; i++) {
      int node = random.nextInt(2);
      if (i == registration) {
        registered = settled(cluster.swarm().register(node, key, ""));
      } else {
        String payload = "\"" + key + "/" + sends.size() + "\"";
        sends.add(settled(hold(node, key, payload)));
      }
    }
    return new Race(key, registered, sends);
  }

  private static CompletableFuture<Reply> hold(int node, String key, String payload) {
    return cluster
        .swarm()
        .ask(
            node,
            HttpMethod.POST,
            Api.path(key) + "/send",
            "{\"payload\":" + payload + ",\"hold_secs\":3600}");
  }

  /** Status 0 stands for no answer: its node has died. */
  private static CompletableFuture<Reply> settled(CompletableFuture<Reply> reply) {
    return reply.handle((answer, lost) -> lost == null ? answer : new Reply(0, "{}"));
  }

  private static void check(String prefix, List<Race> races, boolean killing) {
    races.forEach(race -> Swarm.all(List.of(race.registration())));
    races.forEach(race -> Swarm.all(race.sends()));
    List<String> received =
        cluster
            .ledger()
            .query(
                "SELECT response_payload #>> '{}' FROM event_trigger WHERE status = 'received' AND"
                    + " starts_with(event_key, '"
                    + prefix
                    + "')");
    List<String> held =
        cluster
            .ledger()
            .query(
                "SELECT payload #>> '{}' FROM held_event WHERE starts_with(event_key, '"
                    + prefix
                    + "')");
    List<String> kept = new ArrayList<>(received);
    kept.addAll(held);
    assertThat(kept).as("no event twice").doesNotHaveDuplicates();
    Set<String> there = new HashSet<>(kept);
    for (Race race : races) {
      if (!killing) {
        Reply registered = race.registration().join();
        assertThat(registered.status()).as(registered.text()).isEqualTo(201);
      }
      for (int i = 0; i < EVENTS; i++) {
        int status = race.sends().get(i).join().status();
        String event = race.key() + "/" + i;
        if (!killing) {
          assertThat(status).as(race.sends().get(i).join().text()).isIn(200, 202);
        }
        if (status == 200 || status == 202) {
          assertThat(there.contains(event)).as("acknowledged, so it is there: %s", event).isTrue();
        }
      }
    }
    assertThat(
            cluster
                .ledger()
                .query(
                    "SELECT t.event_key FROM event_trigger t JOIN held_event h USING (project_id,"
                        + " event_key) WHERE t.status = 'waiting'"))
        .as("waits that an event is held for")
        .isEmpty();
    if (!killing) {
      assertThat(received).as("each registration received one").hasSize(KEYS);
      assertThat(held).hasSize(KEYS * (EVENTS - 1));
    }
  }
}
