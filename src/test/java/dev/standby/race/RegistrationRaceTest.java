package dev.standby.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Ledger;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Registrations of one key at the same time, over both nodes: it waits once. */
class RegistrationRaceTest {
  private static final int REGISTRARS = 4;
  private static final int CHAINS = 1000;
  private static final int ROUNDS = 3;

  private final Arena arena = Arena.get();

  @AfterEach
  void balance() {
    arena.ledger.assertBalanced();
  }

  @Test
  void shouldRegisterOnceAndShowItToAllWhenEqualBodiesRace() {
    List<List<Reply>> answers =
        race(
            "same/",
            registrar -> "\"request_payload\":{\"n\":1" + ".0".repeat(registrar % 2) + "}");

    Map<String, Ledger.Row> rows = arena.rows("same/");
    for (int k = 0; k < Arena.KEYS; k++) {
      List<Reply> replies = answers.get(k);
      assertThat(replies).extracting(Reply::status).containsExactlyInAnyOrder(201, 200, 200, 200);
      assertThat(replies).extracting(Reply::text).containsOnly(replies.get(0).text());
      assertThat(rows.get("same/" + k).isShownBy(replies.get(0).trigger())).isTrue();
    }
  }

  @Test
  void shouldRegisterOneAndNameItToTheOthersWhenDifferentBodiesRace() {
    List<List<Reply>> answers = race("other/", registrar -> "\"job_run_id\":\"" + registrar + "\"");

    Map<String, Ledger.Row> rows = arena.rows("other/");
    for (int k = 0; k < Arena.KEYS; k++) {
      List<Reply> replies = answers.get(k);
      assertThat(replies).extracting(Reply::status).containsExactlyInAnyOrder(201, 409, 409, 409);
      assertThat(replies).allMatch(reply -> reply.trigger().equals(replies.get(0).trigger()));
      assertThat(rows.get("other/" + k).isShownBy(replies.get(0).trigger())).isTrue();
      int winner = replies.get(0).trigger().path("job_run_id").asInt();
      assertThat(replies.get(winner).status()).isEqualTo(201);
    }
  }

  @Test
  void shouldSeeItsOwnStepsWhenAKeyIsCanceledRegisteredAnewAndSentToAcrossNodes() {
    List<String> keys = arena.register("chain/", CHAINS, "");

    List<List<Reply>> chains = Swarm.all(keys.stream().map(this::chain).toList());

    Map<String, List<Ledger.Row>> rows = arena.ledger.rows("chain/");
    for (int k = 0; k < CHAINS; k++) {
      List<Ledger.Row> history = rows.get(keys.get(k));
      List<Reply> steps = chains.get(k);
      assertThat(steps)
          .extracting(Reply::status)
          .startsWith(200, 201, 200, 201)
          .doesNotContain(409);
      assertThat(history).hasSize(2 * ROUNDS + 1);
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(history.get(2 * round).status()).isEqualTo("canceled");
        assertThat(history.get(2 * round + 1).status()).isEqualTo("received");
        assertThat(history.get(2 * round).isShownBy(steps.get(4 * round).trigger())).isTrue();
        assertThat(history.get(2 * round + 1).isShownBy(steps.get(4 * round + 2).trigger()))
            .isTrue();
      }
    }
  }

  @Test
  void shouldDeliverEachEventToOneWaitWhenTwoChainsShareAKey() {
    List<String> keys = arena.register("shared/", CHAINS, "");

    List<CompletableFuture<List<Reply>>> chains = new ArrayList<>();
    for (String key : keys) {
      chains.add(chain(key));
      chains.add(chain(key));
    }
    List<Reply> answers = Swarm.all(chains).stream().flatMap(List::stream).toList();

    assertThat(answers).extracting(Reply::status).isSubsetOf(200, 201, 409);
    Map<String, List<Ledger.Row>> rows = arena.ledger.rows("shared/");
    Set<String> canceledFor = new HashSet<>();
    for (Reply reply : answers) {
      if (reply.status() == 201) {
        continue;
      }
      List<Ledger.Row> history = rows.get(reply.trigger().path("event_key").asText());
      String status = reply.trigger().path("status").asText();
      assertThat(history)
          .as("%s", reply)
          .anyMatch(
              row ->
                  status.equals("waiting")
                      ? row.id().equals(reply.trigger().path("id").asText())
                      : row.isShownBy(reply.trigger()));
      if (reply.status() == 200 && status.equals("canceled")) {
        assertThat(canceledFor.add(reply.trigger().path("id").asText()))
            .as("canceled for one only: %s", reply)
            .isTrue();
      }
    }
  }

  /**
   * Cancel, register, send, register, and again, each step on the node that the last was not on.
   */
  private CompletableFuture<List<Reply>> chain(String key) {
    List<Reply> steps = new ArrayList<>();
    CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    for (int round = 0; round < ROUNDS; round++) {
      int node = round;
      String payload = Integer.toString(round);
      last =
          last.thenCompose(v -> arena.swarm.cancel(node, key).thenAccept(steps::add))
              .thenCompose(v -> arena.swarm.register(node + 1, key, "").thenAccept(steps::add))
              .thenCompose(v -> arena.swarm.send(node, key, payload).thenAccept(steps::add))
              .thenCompose(v -> arena.swarm.register(node + 1, key, "").thenAccept(steps::add));
    }
    return last.thenApply(done -> steps);
  }

  private interface Body {
    String of(int registrar);
  }

  private List<List<Reply>> race(String prefix, Body body) {
    List<CompletableFuture<Reply>> all = new ArrayList<>();
    for (int k = 0; k < Arena.KEYS; k++) {
      for (int registrar = 0; registrar < REGISTRARS; registrar++) {
        all.add(arena.swarm.register(k + registrar, prefix + k, body.of(registrar)));
      }
    }
    List<Reply> replies = Swarm.all(all);
    List<List<Reply>> byKey = new ArrayList<>();
    for (int k = 0; k < Arena.KEYS; k++) {
      byKey.add(replies.subList(k * REGISTRARS, (k + 1) * REGISTRARS));
    }
    return byKey;
  }
}
