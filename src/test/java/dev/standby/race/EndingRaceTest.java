package dev.standby.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.support.Ledger;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Different ways to end one wait, at the same time and over both nodes: one of them ends it. */
class EndingRaceTest {
  private static final int GROUP = 10;

  private final Arena arena = Arena.get();

  @AfterEach
  void balance() {
    arena.ledger.assertBalanced();
  }

  @Test
  void shouldEndOnceWhenSendAndCancelRace() {
    List<String> keys = arena.register("cancel/", Arena.KEYS, "");

    List<CompletableFuture<Reply>> sends = new ArrayList<>();
    List<CompletableFuture<Reply>> cancels = new ArrayList<>();
    for (int k = 0; k < keys.size(); k++) {
      String key = keys.get(k);
      // Each of the two is first on every other key, and on either node.
      if (k % 4 < 2) {
        sends.add(arena.swarm.send(k, key, "1.10"));
        cancels.add(arena.swarm.cancel(k + 1, key));
      } else {
        cancels.add(arena.swarm.cancel(k, key));
        sends.add(arena.swarm.send(k + 1, key, "1.10"));
      }
    }
    List<Reply> sent = Swarm.all(sends);
    List<Reply> canceled = Swarm.all(cancels);

    Map<String, Ledger.Row> rows = arena.rows("cancel/");
    for (int k = 0; k < keys.size(); k++) {
      Ledger.Row row = rows.get(keys.get(k));
      boolean received = row.status().equals("received");
      assertThat(sent.get(k).status()).as("send to %s", row).isEqualTo(received ? 200 : 409);
      assertThat(canceled.get(k).status()).as("cancel of %s", row).isEqualTo(received ? 409 : 200);
      assertThat(row.isShownBy(sent.get(k).trigger())).isTrue();
      assertThat(row.isShownBy(canceled.get(k).trigger())).isTrue();
    }
    assertThat(rows.values())
        .extracting(Ledger.Row::status)
        .contains("received", "canceled")
        .doesNotContain("waiting");
  }

  @Test
  void shouldEndEachOnceWhenSendsAndPrefixSendsRace() {
    int groups = Arena.KEYS / GROUP;
    List<CompletableFuture<Reply>> registered = new ArrayList<>();
    for (int k = 0; k < Arena.KEYS; k++) {
      registered.add(arena.swarm.register(k, key(k), ""));
    }
    Swarm.all(registered);

    List<CompletableFuture<Reply>> sends = new ArrayList<>();
    List<CompletableFuture<Reply>> prefixSends = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      prefixSends.add(arena.swarm.sendPrefix(g, "prefix/" + g + "/", "\"first\""));
      for (int i = 0; i < GROUP; i++) {
        sends.add(arena.swarm.send(i, key(g * GROUP + i), "\"single\""));
      }
      prefixSends.add(arena.swarm.sendPrefix(g + 1, "prefix/" + g + "/", "\"second\""));
    }
    List<Reply> sent = Swarm.all(sends);
    Map<String, List<JsonNode>> resolved = new HashMap<>();
    for (Reply reply : Swarm.all(prefixSends)) {
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.json().path("resolved").asInt())
          .isEqualTo(reply.json().path("triggers").size());
      reply
          .json()
          .path("triggers")
          .forEach(
              trigger ->
                  resolved
                      .computeIfAbsent(trigger.path("event_key").asText(), key -> new ArrayList<>())
                      .add(trigger));
    }

    Map<String, Ledger.Row> rows = arena.rows("prefix/");
    for (int k = 0; k < Arena.KEYS; k++) {
      Ledger.Row row = rows.get(key(k));
      List<JsonNode> byPrefix = resolved.getOrDefault(key(k), List.of());
      boolean single = row.payload().equals("\"single\"");
      assertThat(row.status()).isEqualTo("received");
      assertThat(sent.get(k).status()).as("send to %s", row).isEqualTo(single ? 200 : 409);
      assertThat(row.isShownBy(sent.get(k).trigger())).isTrue();
      assertThat(byPrefix).as("prefix sends to %s", row).hasSize(single ? 0 : 1);
      assertThat(byPrefix).allMatch(row::isShownBy);
    }
    assertThat(rows.values())
        .extracting(Ledger.Row::payload)
        .contains("\"single\"", "\"first\"", "\"second\"");
  }

  @Test
  void shouldResolveNothingBeforeItsRegistrationWhenPrefixSendsAndRegistrationsRace() {
    List<CompletableFuture<Reply>> registrations = new ArrayList<>();
    List<CompletableFuture<Reply>> prefixSends = new ArrayList<>();

    for (int k = 0; k < Arena.KEYS; k++) {
      registrations.add(arena.swarm.register(k, "fresh/" + k, ""));
      if (k % GROUP == 0) {
        prefixSends.add(arena.swarm.sendPrefix(k / GROUP, "fresh/", "null"));
      }
    }
    assertThat(Swarm.all(registrations)).extracting(Reply::status).containsOnly(201);
    int resolved =
        Swarm.all(prefixSends).stream().mapToInt(r -> r.json().path("resolved").asInt()).sum();

    // The rest is in the balance: none ended before it began.
    assertThat(arena.rows("fresh/").values())
        .filteredOn(row -> row.status().equals("received"))
        .hasSize(resolved);
  }

  private static String key(int k) {
    return "prefix/" + k / GROUP + "/" + k;
  }
}
