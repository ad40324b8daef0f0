package dev.standby.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.support.Await;
import dev.standby.support.Ledger;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.Sse;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import dev.standby.support.TestPostgres;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes over one database: what is registered on one is served by the other. */
class TwoNodesTest {
  private static final int LARGE = 900_000;

  private static String database;
  private static List<NodeProcess> nodes;
  private static Swarm swarm;

  @BeforeAll
  static void start() {
    database = TestPostgres.newDatabase();
    // Catching up would hide what the cluster does not bring.
    nodes = NodeProcess.cluster(2, database, Map.of("STANDBY_STREAM_CATCH_UP_MILLIS", "60000"));
    swarm = new Swarm(nodes.stream().map(NodeProcess::url).toList());
  }

  @AfterAll
  static void stop() {
    swarm.close();
    nodes.forEach(NodeProcess::close);
  }

  @ParameterizedTest(name = "sent to node {0}")
  @ValueSource(ints = {0, 1})
  void shouldStreamTheWholeTriggerWhenItIsSentOnEitherNode(int sender) {
    String key = "either/" + sender;
    Reply registered = join(swarm.register(0, key, "\"request_payload\":{\"price\":1.10}"));
    Sse stream = open(swarm, 1, key);

    Reply sent = join(swarm.send(sender, key, "{\"paid\":true}"));

    assertThat(ended(stream, Duration.ofSeconds(5)))
        .containsExactly(registered.json(), sent.json());
  }

  @ParameterizedTest(name = "sent to node {0}")
  @ValueSource(ints = {0, 1})
  void shouldStreamTheWholeTriggerWhenItsPayloadIsLarge(int sender) {
    String key = "large/" + sender;
    join(swarm.register(0, key, ""));
    Sse stream = open(swarm, 1, key);

    Reply sent = join(swarm.send(sender, key, "\"" + "ä".repeat(LARGE / 2) + "\""));

    assertThat(sent.status()).isEqualTo(200);
    assertThat(ended(stream, Duration.ofSeconds(10))).last().isEqualTo(sent.json());
  }

  @Test
  void shouldStreamTimeoutsCancelsAndPrefixSendsWhenTheyHappenOnTheOtherNode() {
    join(swarm.register(0, "way/timed_out", "\"timeout_secs\":1"));
    join(swarm.register(0, "way/canceled", ""));
    join(swarm.register(0, "way/received/1", ""));
    List<Sse> streams =
        List.of("way/timed_out", "way/canceled", "way/received/1").stream()
            .map(key -> open(swarm, 1, key))
            .toList();

    join(swarm.cancel(0, "way/canceled"));
    join(swarm.sendPrefix(0, "way/received/", "1"));

    assertThat(streams)
        .extracting(s -> ended(s, Duration.ofSeconds(10)).get(1).path("status").asText())
        .containsExactly("timed_out", "canceled", "received");
  }

  @Test
  void shouldTellEveryStreamOfAPrefixSendThatIsAnnouncedInPieces() {
    int count = 1200;
    Swarm.all(registrations(swarm, "pieces/", count));
    List<Sse> streams =
        IntStream.range(0, count).mapToObj(i -> swarm.stream(1, "pieces/" + i)).toList();
    streams.forEach(TwoNodesTest::awaitBegun);

    Reply sent = join(swarm.sendPrefix(0, "pieces/", "1"));

    assertThat(sent.json().path("resolved").asInt()).isEqualTo(count);
    assertThat(sent.json().path("triggers")).hasSize(count);
    assertThat(streams)
        .extracting(s -> ended(s, Duration.ofSeconds(10)).get(1).path("status").asText())
        .containsOnly("received");
  }

  @Test
  void shouldGoOnWhenTheOtherNodeIsKilledUnderLoad() {
    String url = TestPostgres.newDatabase();
    List<NodeProcess> pair = NodeProcess.cluster(2, url);
    try (Swarm load = new Swarm(pair.stream().map(NodeProcess::url).toList())) {
      int count = 2000;
      Swarm.all(registrations(load, "killed/", count));
      Sse stream = open(load, 0, "killed/" + (count - 1));
      List<CompletableFuture<Integer>> answers = new ArrayList<>();
      for (int k = 0; k < count - 1; k++) {
        answers.add(
            load.send(k, "killed/" + k, "1").handle((r, lost) -> lost == null ? r.status() : 0));
        if (k == count / 2) {
          answers.get(k / 2).join();
          pair.get(1).kill();
        }
      }

      List<Integer> statuses = Swarm.all(answers);
      assertThat(statuses).isSubsetOf(200, 0);
      for (int k = 0; k < count - 1; k += 2) {
        assertThat(statuses.get(k)).as("sent to the node that lives").isEqualTo(200);
      }
      assertThat(join(load.send(0, "killed/" + (count - 1), "1")).status()).isEqualTo(200);
      assertThat(ended(stream, Duration.ofSeconds(5))).hasSize(2);
      Map<String, List<Ledger.Row>> rows = new Ledger(url).rows("killed/");
      for (int k = 0; k < count - 1; k++) {
        if (statuses.get(k) == 200) {
          assertThat(rows.get("killed/" + k).get(0).status()).isEqualTo("received");
        }
      }
      // Deadlines that the dead node was told of are kept by the other.
      join(load.register(0, "killed/due", "\"timeout_secs\":1"));
      assertThat(ended(open(load, 0, "killed/due"), Duration.ofSeconds(10))).hasSize(2);
      new Ledger(url).assertBalanced();
    } finally {
      pair.forEach(NodeProcess::close);
    }
  }

  @Test
  void shouldWakeEachOthersStreamsSoonWhenTheNodesFormNoCluster() {
    try (Standby one = Nodes.alone(database);
        Standby other = Nodes.alone(database);
        Swarm apart = new Swarm(List.of(URI.create(one.url()), URI.create(other.url())))) {
      join(apart.register(0, "apart", ""));
      Sse stream = open(apart, 1, "apart");
      Await.until("the stream tells", Duration.ofSeconds(5), () -> !stream.frames().isEmpty());

      Reply sent = join(apart.send(0, "apart", "1"));

      assertThat(ended(stream, Duration.ofSeconds(3))).last().isEqualTo(sent.json());
    }
  }

  private static List<CompletableFuture<Reply>> registrations(Swarm load, String prefix, int n) {
    List<CompletableFuture<Reply>> all = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      all.add(load.register(k, prefix + k, ""));
    }
    return all;
  }

  /** A stream that has told how things stand. */
  private static Sse open(Swarm swarm, int node, String key) {
    Sse stream = swarm.stream(node, key);
    awaitBegun(stream);
    return stream;
  }

  private static void awaitBegun(Sse stream) {
    assertThat(join(stream.opened())).isEqualTo(200);
    Await.until("there is a frame", Duration.ofSeconds(10), () -> !stream.frames().isEmpty());
  }

  private static List<JsonNode> ended(Sse stream, Duration limit) {
    return stream
        .ended()
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(Sse::frames)
        .join();
  }

  private static <T> T join(CompletableFuture<T> future) {
    return Swarm.all(List.of(future)).get(0);
  }
}
