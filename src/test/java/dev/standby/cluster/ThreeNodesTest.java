package dev.standby.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.support.Await;
import dev.standby.support.Follower;
import dev.standby.support.Sse;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import dev.standby.support.TestCluster;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three nodes in processes of their own: what happens on one is heard on every other at once. */
class ThreeNodesTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int WARM_UP = 100;
  private static final int SENDS = Integer.getInteger("standby.sends", 400);

  /** Loose, for a machine that does other things at the same time; see the printed numbers. */
  private static final double MEDIAN_LIMIT_MILLIS = 500;

  private static TestCluster cluster;

  /** How a wait ends. */
  private enum Change {
    SEND("received") {
      @Override
      CompletableFuture<Reply> on(int node, String key) {
        return cluster.swarm().send(node, key, "{\"n\":1.10}");
      }
    },
    PREFIX_SEND("received") {
      @Override
      CompletableFuture<Reply> on(int node, String key) {
        return cluster.swarm().sendPrefix(node, key, "{\"n\":1.10}");
      }
    },
    CANCEL("canceled") {
      @Override
      CompletableFuture<Reply> on(int node, String key) {
        return cluster.swarm().cancel(node, key);
      }
    },
    TIMEOUT("timed_out") {
      @Override
      CompletableFuture<Reply> on(int node, String key) {
        return cluster.swarm().get(node, key);
      }
    };

    private final String status;

    Change(String status) {
      this.status = status;
    }

    abstract CompletableFuture<Reply> on(int node, String key);
  }

  @BeforeAll
  static void start() {
    cluster = TestCluster.shared();
  }

  @ParameterizedTest
  @EnumSource
  void shouldReachTheStreamsOfEveryNodeWhenTheWaitEndsOnAny(Change change) {
    String fields = change == Change.TIMEOUT ? "\"timeout_secs\":1" : "\"timeout_secs\":600";
    for (int on = 0; on < cluster.size(); on++) {
      String key = "three/" + change + "/" + on;
      Swarm.all(List.of(cluster.swarm().register(on + 1, key, fields)));
      List<Follower> streams =
          List.of(
              cluster.swarm().follow(0, key),
              cluster.swarm().follow(1, key),
              cluster.swarm().follow(2, key));
      Swarm.all(streams.stream().map(Follower::begun).toList());

      Reply changed = Swarm.all(List.of(change.on(on, key))).get(0);

      assertThat(changed.status()).isEqualTo(200);
      List<JsonNode> heard = Swarm.all(streams.stream().map(Follower::terminal).toList());
      assertThat(heard)
          .allSatisfy(
              trigger ->
                  assertThat(cluster.ledger().rows(key).get(key).get(0).isShownBy(trigger))
                      .as("%s as it is in the database", trigger)
                      .isTrue());
      assertThat(heard)
          .extracting(trigger -> trigger.path("status").asText())
          .containsOnly(change.status);
      assertThat(streams).extracting(Follower::reopened).containsOnly(0);
    }
  }

  @Test
  void shouldReachTheStreamWithinMillisecondsOfTheAnswerWhenSentOnAnotherNode() {
    double[] millis = new double[SENDS];

    for (int i = -WARM_UP; i < SENDS; i++) {
      String key = "latency/" + i;
      int on = Math.floorMod(i, cluster.size());
      Swarm.all(List.of(cluster.swarm().register(on + 2, key, "")));
      Sse stream = cluster.swarm().stream(on + 1, key);
      try {
        Await.until("the stream begins", LIMIT, () -> stream.count() == 1);
      } catch (AssertionError e) {
        throw new AssertionError(key + ": " + stream, e);
      }
      long answered =
          cluster.swarm().send(on, key, "1").thenApply(reply -> System.nanoTime()).join();
      Swarm.all(List.of(stream.ended()));
      if (i >= 0) {
        // A frame may also come before the answer.
        millis[i] = Math.max(0, stream.lastFrameNanos() - answered) / 1e6;
      }
    }

    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "From a send's answer to the frame on another node, over %d sends:"
            + " median %.2f ms, p99 %.2f ms, max %.2f ms%n",
        SENDS,
        millis[SENDS / 2],
        millis[SENDS * 99 / 100],
        millis[SENDS - 1]);
    assertThat(millis[SENDS / 2]).as("median, ms").isLessThan(MEDIAN_LIMIT_MILLIS);
  }
}
