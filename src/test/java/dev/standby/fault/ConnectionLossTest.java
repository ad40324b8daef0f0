package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import dev.standby.support.TestPostgres;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

/** PostgreSQL ends the node's connections again and again while requests are under way. */
class ConnectionLossTest {
  private static final int KEYS = 1500;
  private static final String TERMINATE =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND application_name = 'standby'";

  private static final int STEPS = 4;

  /** How often the connections break in a run. */
  private static final int BREAKS = 15;

  private static final AtomicInteger answered = new AtomicInteger();
  private static final AtomicInteger broken = new AtomicInteger();
  private static final ExecutorService breaker = Executors.newSingleThreadExecutor();
  private static Ledger ledger;
  private static Standby node;
  private static Swarm swarm;

  @BeforeAll
  static void start() {
    String database = TestPostgres.newDatabase();
    ledger = new Ledger(database);
    node = Nodes.start(database, Map.of("STANDBY_DATABASE_RETRY_MILLIS", "30000"));
    swarm = new Swarm(List.of(URI.create(node.url())));
  }

  @AfterAll
  static void stop() {
    breaker.shutdown();
    swarm.close();
    node.close();
  }

  @RepeatedTest(2)
  void shouldHaveStoredEveryAcknowledgedOutcomeWhenConnectionsBreakUnderLoad() {
    String prefix = "loss/" + System.nanoTime() + "/";
    int before = broken.get();

    List<CompletableFuture<List<Reply>>> chains = new ArrayList<>();
    for (int k = 0; k < KEYS; k++) {
      chains.add(chain(prefix + k, k));
    }
    List<List<Reply>> steps = Swarm.all(chains);

    assertThat(broken.get() - before).as("connections that broke").isGreaterThan(BREAKS);
    Map<String, List<Ledger.Row>> rows = ledger.rows(prefix);
    for (int k = 0; k < KEYS; k++) {
      List<Reply> answers = steps.get(k);
      // The lanes try again what was lost, and find what was carried out: nobody is told of a loss.
      assertThat(answers).extracting(Reply::status).as("%s", answers).startsWith(201, 200);
      assertThat(rows.get(prefix + k)).hasSize(1);
      Ledger.Row row = rows.get(prefix + k).get(0);
      assertThat(row.id()).isEqualTo(answers.get(0).trigger().path("id").asText());
      assertThat(row.isShownBy(answers.get(1).trigger()))
          .as("%s shows %s", answers.get(1), row)
          .isTrue();
      assertThat(answers.get(2).status()).as("%s", answers.get(2)).isEqualTo(409);
      assertThat(row.isShownBy(answers.get(2).trigger())).isTrue();
      assertThat(answers.get(3).status()).as("%s", answers.get(3)).isEqualTo(200);
    }
    ledger.assertBalanced();
  }

  /** Registers, ends, tries to end otherwise, reads. */
  private static CompletableFuture<List<Reply>> chain(String key, int number) {
    List<Reply> answers = new ArrayList<>();
    boolean canceling = number % 2 == 0;
    return swarm
        .register(0, key, "\"request_payload\":" + number)
        .thenAccept(reply -> note(answers, reply))
        .thenCompose(v -> canceling ? swarm.cancel(0, key) : swarm.send(0, key, "1"))
        .thenAccept(reply -> note(answers, reply))
        .thenCompose(v -> canceling ? swarm.send(0, key, "2") : swarm.cancel(0, key))
        .thenAccept(reply -> note(answers, reply))
        .thenCompose(v -> swarm.get(0, key))
        .thenAccept(reply -> note(answers, reply))
        .thenApply(v -> answers);
  }

  /** Notes an answer; every so often the connections break before anybody goes on. */
  private static void note(List<Reply> answers, Reply reply) {
    answers.add(reply);
    if (answered.incrementAndGet() % (KEYS * STEPS / BREAKS) == 0) {
      breaker.execute(() -> broken.addAndGet(Integer.parseInt(ledger.query(TERMINATE).get(0))));
    }
  }
}
