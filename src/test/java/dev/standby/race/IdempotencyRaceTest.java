package dev.standby.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The same request with the same idempotency key at the same time, over both nodes: it is carried
 * out once, and whoever is answered gets the same answer.
 */
class IdempotencyRaceTest {
  private static final int ROUNDS = Integer.getInteger("standby.rounds", 1) * 200;
  private static final int CLIENTS = 4;

  private final Arena arena = Arena.get();

  @AfterEach
  void balance() {
    arena.ledger.assertBalanced();
  }

  @Test
  void shouldHoldEachEventOnce() {
    race(
        "hold",
        202,
        ROUNDS,
        i -> Api.path("once/hold/" + i) + "/send",
        i -> "{\"payload\":" + i + ",\"hold_secs\":600}");

    assertThat(
            arena.ledger.query(
                "SELECT count(*), count(DISTINCT event_key) FROM held_event"
                    + " WHERE starts_with(event_key, 'once/hold/')"))
        .containsExactly(ROUNDS + "|" + ROUNDS);
  }

  @Test
  void shouldRegisterOneTriggerThoughItEndsBetweenTheRequests() {
    List<CompletableFuture<Reply>> sends = new ArrayList<>();
    race(
        "register",
        201,
        ROUNDS,
        i -> {
          sends.add(arena.swarm.send(i, "once/register/" + i / CLIENTS, "1"));
          return "/v1/events";
        },
        i -> "{\"event_key\":\"once/register/" + i + "\"}");
    Swarm.all(sends);

    assertThat(arena.rows("once/register/")).hasSize(ROUNDS);
  }

  @Test
  void shouldResolveAPrefixOnceAndNotWhatIsRegisteredMeanwhile() {
    int prefixes = ROUNDS / 10;
    arena.register("once/prefix/", prefixes, "");

    race(
        "prefix",
        200,
        prefixes,
        i -> "/v1/events/prefix/" + Api.encode("once/prefix/" + i) + "/send",
        i -> "{\"project_id\":\"default\",\"payload\":" + i + "}");

    assertThat(arena.rows("once/prefix/").values())
        .allMatch(row -> row.status().equals("received"));
  }

  /** Each request by several clients at once, again and again until all of them are answered. */
  private void race(
      String name, int status, int count, IntFunction<String> path, IntFunction<String> body) {
    List<List<CompletableFuture<Reply>>> rounds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<CompletableFuture<Reply>> clients = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        clients.add(ask(client, name + "/" + i, path.apply(i), body.apply(i)));
      }
      rounds.add(clients);
    }
    for (List<CompletableFuture<Reply>> clients : rounds) {
      List<Reply> replies = Swarm.all(clients);
      Set<String> texts = new TreeSet<>();
      replies.forEach(reply -> texts.add(reply.text()));
      assertThat(replies).extracting(Reply::status).containsOnly(status);
      assertThat(texts).as("all get the same answer").hasSize(1);
    }
  }

  /** Who comes too early comes again, at the other node. */
  private CompletableFuture<Reply> ask(int node, String key, String path, String body) {
    return arena
        .swarm
        .once(node, "race/" + key, path, body)
        .thenCompose(
            reply ->
                reply.status() == 409 && reply.text().contains("still being carried out")
                    ? ask(node + 1, key, path, body)
                    : CompletableFuture.completedFuture(reply));
  }
}
