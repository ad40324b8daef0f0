package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two projects at once do anything to the same event keys, and each ends with what it did itself.
 * {@code -Dstandby.isolation.seed} has the clients ask the same again.
 */
@Timeout(120)
class ConcurrentProjectsTest {
  private static final String[] PROJECTS = {"shop_1", "shop%1"};
  private static final int ACTORS = 4;
  private static final int REQUESTS = 300;
  private static final String ROWS =
      "SELECT project_id, event_key, id, status, response_payload FROM event_trigger";

  @Test
  void shouldHaveInEachProjectWhatItsOwnRequestsSay() {
    long seed = Long.getLong("standby.isolation.seed", System.nanoTime());
    System.out.printf("Isolation: replay with -Dstandby.isolation.seed=%d%n", seed);
    String database = TestPostgres.newDatabase();
    ExecutorService threads = Executors.newFixedThreadPool(PROJECTS.length * ACTORS);
    try (Standby node =
        Nodes.start(
            database,
            Map.of("STANDBY_AUTH", "keys", "STANDBY_LIMITS_CALLBACK_REQUESTS_PER_SEC", "0"))) {
      List<ProjectActor> actors = actors(node, seed);

      CompletableFuture.allOf(
              actors.stream()
                  .map(actor -> CompletableFuture.runAsync(actor, threads))
                  .toArray(CompletableFuture[]::new))
          .join();

      Ledger ledger = new Ledger(database);
      assertThat(ledger.query(ROWS))
          .containsExactlyInAnyOrderElementsOf(
              actors.stream().flatMap(actor -> actor.rows().stream()).toList());
      ledger.assertBalanced();
    } finally {
      threads.shutdownNow();
    }
  }

  /** Each has a counterpart in the other project, with the same keys. */
  private static List<ProjectActor> actors(Standby node, long seed) {
    Queue<ProjectActor.Frame> frames = new ConcurrentLinkedQueue<>();
    List<ProjectActor> actors = new ArrayList<>();
    for (int project = 0; project < PROJECTS.length; project++) {
      Api api = new Api(node.url()).with(Keys.all(node, PROJECTS[project]));
      for (int i = 0; i < ACTORS; i++) {
        actors.add(
            new ProjectActor(
                api,
                PROJECTS[project],
                PROJECTS[1 - project],
                "actor-" + i + "/",
                seed + actors.size(),
                REQUESTS,
                frames));
      }
    }
    return actors;
  }
}
