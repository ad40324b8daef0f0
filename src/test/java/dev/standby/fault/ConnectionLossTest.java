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
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

/** PostgreSQL ends the node's connections again and again while requests are under way. */
class ConnectionLossTest {
  private static final int KEYS = 1500;
  private static final String TERMINATE =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND application_name = 'standby'";

  private static String database;
  private static Ledger ledger;
  private static Standby node;
  private static Swarm swarm;

  @BeforeAll
  static void start() {
    database = TestPostgres.newDatabase();
    ledger = new Ledger(database);
    node = Nodes.start(database, Map.of("STANDBY_DATABASE_RETRY_MILLIS", "30000"));
    swarm = new Swarm(List.of(URI.create(node.url())));
  }

  @AfterAll
  static void stop() {
    swarm.close();
    node.close();
  }

  @RepeatedTest(2)
  void shouldHaveStoredEveryAcknowledgedOutcomeWhenConnectionsBreakUnderLoad() {
    String prefix = "loss/" + System.nanoTime() + "/";
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Integer> breaking = CompletableFuture.supplyAsync(() -> breakUntil(over));

    List<List<Reply>> steps = new ArrayList<>();
    try {
      List<CompletableFuture<List<Reply>>> chains = new ArrayList<>();
      for (int k = 0; k < KEYS; k++) {
        chains.add(chain(prefix + k, k));
      }
      steps.addAll(Swarm.all(chains));
    } finally {
      over.set(true);
    }

    assertThat(breaking.join()).as("connections that broke").isPositive();
    Map<String, List<Ledger.Row>> rows = ledger.rows(prefix);
    for (int k = 0; k < KEYS; k++) {
      List<Reply> answers = steps.get(k);
      // The lanes try again what was lost, and find what was carried out: nobody is told of a loss.
      assertThat(answers).extracting(Reply::status).as("%s", answers).startsWith(201, 200);
      assertThat(rows.get(prefix + k)).hasSize(1);
      Ledger.Row row = rows.get(prefix + k).get(0);
      assertThat(row.id()).isEqualTo(answers.get(0).trigger().path("id").asText());
      assertThat(row.isShownBy(answers.get(1).trigger())).as("%s shows %s", answers.get(1), row).isTrue();
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
        .thenAccept(answers::add)
        .thenCompose(v -> canceling ? swarm.cancel(0, key) : swarm.send(0, key, "1"))
        .thenAccept(answers::add)
        .thenCompose(v -> canceling ? swarm.send(0, key, "2") : swarm.cancel(0, key))
        .thenAccept(answers::add)
        .thenCompose(v -> swarm.get(0, key))
        .thenAccept(answers::add)
        .thenApply(v -> answers);
  }

  private static int breakUntil(AtomicBoolean over) {
    int broken = 0;
    while (!over.get()) {
      broken += Integer.parseInt(ledger.query(TERMINATE).get(0));
    }
    return broken;
  }
}
