package dev.standby.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Ledger;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sends to one key at the same time, over both nodes: one of them is the one that was received. */
class SendRaceTest {
  private static final int SENDERS = 4;

  private final Arena arena = Arena.get();

  @AfterEach
  void balance() {
    arena.ledger.assertBalanced();
  }

  @Test
  void shouldReceiveOnePayloadAndNameItToTheOthersWhenDifferentPayloadsRace() {
    List<String> keys = arena.register("differ/", Arena.KEYS, "");

    Map<String, List<Reply>> answers =
        race(keys, (key, sender) -> arena.swarm.send(sender, key, "{\"sender\":" + sender + "}"));

    Map<String, Ledger.Row> rows = arena.rows("differ/");
    assertThat(answers)
        .allSatisfy(
            (key, replies) -> {
              assertThat(replies)
                  .extracting(Reply::status)
                  .containsExactlyInAnyOrder(200, 409, 409, 409);
              assertThat(replies)
                  .allMatch(reply -> rows.get(key).isShownBy(reply.trigger()), "shows the row");
              int winner = replies.indexOf(winner(replies));
              assertThat(winner(replies).json().at("/response_payload/sender").asInt())
                  .isEqualTo(winner);
            });
  }

  @Test
  void shouldAnswerAllAlikeWhenEqualPayloadsRace() {
    List<String> equal =
        List.of(
            "{\"a\":1,\"b\":[2]}",
            "{\"b\":[2],\"a\":1}",
            "{\"a\":1.0,\"b\":[2]}",
            "{ \"a\" : 1, \"b\" : [2.00] }");
    List<String> keys = arena.register("equal/", Arena.KEYS, "");

    Map<String, List<Reply>> answers =
        race(keys, (key, sender) -> arena.swarm.send(sender, key, equal.get(sender)));

    Map<String, Ledger.Row> rows = arena.rows("equal/");
    assertThat(answers)
        .allSatisfy(
            (key, replies) -> {
              assertThat(replies).extracting(Reply::status).containsOnly(200);
              assertThat(replies).extracting(Reply::text).containsOnly(replies.get(0).text());
              assertThat(rows.get(key).isShownBy(replies.get(0).trigger())).isTrue();
            });
  }

  @Test
  void shouldReceiveOnePayloadWhenSomeSendersNameTheProjectAndOthersDoNot() {
    List<String> keys = arena.register("project/", 1000, "\"project_id\":\"named\"");

    Map<String, List<Reply>> answers =
        race(
            keys,
            (key, sender) ->
                arena.swarm.ask(
                    sender / 2,
                    io.vertx.core.http.HttpMethod.POST,
                    dev.standby.support.Api.path(key)
                        + "/send"
                        + (sender % 2 == 0 ? "?project_id=named" : ""),
                    "{\"payload\":" + sender + "}"));

    Map<String, Ledger.Row> rows = arena.rows("project/");
    assertThat(answers)
        .allSatisfy(
            (key, replies) -> {
              assertThat(replies)
                  .extracting(Reply::status)
                  .containsExactlyInAnyOrder(200, 409, 409, 409);
              assertThat(replies)
                  .allMatch(reply -> rows.get(key).isShownBy(reply.trigger()), "shows the row");
            });
  }

  private interface Send {
    CompletableFuture<Reply> of(String key, int sender);
  }

  /** All senders of a key at once, each key's first another one; their answers in their order. */
  private static Map<String, List<Reply>> race(List<String> keys, Send send) {
    List<CompletableFuture<List<Reply>>> races = new ArrayList<>();
    for (int k = 0; k < keys.size(); k++) {
      List<CompletableFuture<Reply>> senders = new ArrayList<>();
      IntStream.range(0, SENDERS).forEach(sender -> senders.add(null));
      for (int i = 0; i < SENDERS; i++) {
        int sender = (i + k) % SENDERS;
        senders.set(sender, send.of(keys.get(k), sender));
      }
      races.add(
          CompletableFuture.allOf(senders.toArray(CompletableFuture[]::new))
              .thenApply(done -> senders.stream().map(CompletableFuture::join).toList()));
    }
    List<List<Reply>> replies = Swarm.all(races);
    Map<String, List<Reply>> byKey = new java.util.LinkedHashMap<>();
    IntStream.range(0, keys.size()).forEach(k -> byKey.put(keys.get(k), replies.get(k)));
    return byKey;
  }

  private static Reply winner(List<Reply> replies) {
    return replies.stream().filter(reply -> reply.status() == 200).findFirst().orElseThrow();
  }
}
