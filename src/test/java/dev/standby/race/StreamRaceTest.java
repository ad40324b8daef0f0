package dev.standby.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.support.Ledger;
import dev.standby.support.Sse;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream that is opened at the very moment at which the wait ends misses nothing. */
class StreamRaceTest {
  /** How many streams open at once. */
  private static final int WAVE = 500;

  private final Arena arena = Arena.get();

  @AfterEach
  void balance() {
    arena.ledger.assertBalanced();
  }

  @ParameterizedTest(name = "{0} streams, payload of {1}, on the sender''s node and {2} further")
  @CsvSource({"2000, 20, 0", "2000, 20, 1", "500, 20000, 0", "500, 20000, 1"})
  void shouldTellTheEndWhenTheSendComesAsTheStreamOpens(int count, int size, int nodesFurther) {
    String prefix = "stream/" + size + "/" + nodesFurther + "/";
    String payload = "\"" + "x".repeat(size) + "\"";
    List<String> keys = arena.register(prefix, count, "");

    List<Sse> streams = new ArrayList<>();
    for (int wave = 0; wave < count; wave += WAVE) {
      List<CompletableFuture<Reply>> sends = new ArrayList<>();
      List<Sse> opened = new ArrayList<>();
      for (int k = wave; k < Math.min(count, wave + WAVE); k++) {
        // Which of the two is asked for first, and by how much, differs.
        if (k % 2 == 0) {
          opened.add(arena.swarm.stream(k + nodesFurther, keys.get(k)));
        }
        int sender = k;
        sends.add(arena.swarm.in(k % 5, () -> arena.swarm.send(sender, keys.get(sender), payload)));
        if (k % 2 == 1) {
          opened.add(arena.swarm.stream(k + nodesFurther, keys.get(k)));
        }
      }
      assertThat(Swarm.all(sends)).extracting(Reply::status).containsOnly(200);
      streams.addAll(Swarm.all(opened.stream().map(Sse::ended).toList()));
    }

    Map<String, Ledger.Row> rows = arena.rows(prefix);
    for (int k = 0; k < count; k++) {
      List<JsonNode> frames = streams.get(k).frames();
      assertThat(frames).as(keys.get(k)).hasSizeBetween(1, 2);
      assertThat(rows.get(keys.get(k)).isShownBy(frames.get(frames.size() - 1))).isTrue();
      if (frames.size() == 2) {
        assertThat(frames.get(0).path("status").asText()).isEqualTo("waiting");
      }
    }
    assertThat(streams).as("streams that saw the wait").anyMatch(s -> s.frames().size() == 2);
  }
}
