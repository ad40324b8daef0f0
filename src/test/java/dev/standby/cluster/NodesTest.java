package dev.standby.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.Sse;
import dev.standby.support.Swarm;
import dev.standby.support.TestCluster;
import dev.standby.support.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Every node says which nodes there are, and who is connected to each. */
@Timeout(60)
class NodesTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What a node has to answer, and what this machine may add. */
  private static final long PATIENCE_MILLIS = 4000;

  @Test
  void shouldBeTheOnlyOneWhenThereIsNoCluster() {
    try (Standby node = Nodes.alone(TestPostgres.newDatabase())) {
      JsonNode nodes = new Api(node.url()).get("/v1/nodes").json().get("data");

      assertThat(nodes).hasSize(1);
      assertThat(nodes.get(0).get("self").asBoolean()).isTrue();
      assertThat(nodes.get(0).get("url").asText()).isEqualTo(node.url());
      assertThat(nodes.get(0).get("open"))
          .isEqualTo(Api.json("{\"streams\":0,\"polls\":0,\"feeds\":0}"));
    }
  }

  @Test
  void shouldTellWhoIsConnectedToWhichNodeWhicheverIsAsked() {
    TestCluster cluster = TestCluster.shared();
    Swarm swarm = cluster.swarm();
    Swarm.all(List.of(swarm.register(0, "counted", "")));
    int before = open(cluster, 0, 1, "streams");
    Sse one = swarm.stream(1, "counted");
    Sse two = swarm.stream(1, "counted");
    CompletableFuture<Swarm.Reply> poll = swarm.poll(2, "counted", 60);

    Await.until("both streams count", LIMIT, () -> open(cluster, 0, 1, "streams") == before + 2);
    Await.until("the poll counts", LIMIT, () -> open(cluster, 1, 2, "polls") == 1);
    Swarm.all(List.of(swarm.send(0, "counted", "1"), poll));
    Swarm.all(List.of(one.ended(), two.ended()));
    Await.until("none counts", LIMIT, () -> open(cluster, 2, 1, "streams") == before);
    Await.until("nobody polls", LIMIT, () -> open(cluster, 2, 2, "polls") == 0);
    assertThat(nodes(cluster, 2))
        .extracting(node -> node.get("id").asText())
        .doesNotHaveDuplicates();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void shouldSayInTimeThatANodeIsSilent() {
    TestCluster cluster = TestCluster.shared();
    Await.until("all respond", LIMIT, () -> responding(cluster, 0) == 3);
    cluster.signal(1, "STOP");
    try {
      Await.until("one is silent", LIMIT, () -> responding(cluster, 0) == 2);
      long began = System.nanoTime();
      JsonNode silent = node(cluster, 0, 1);

      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began))
          .isLessThan(PATIENCE_MILLIS);
      assertThat(silent.get("responding").asBoolean()).isFalse();
      assertThat(silent.has("open")).isFalse();
    } finally {
      cluster.repair();
    }
    Await.until("all respond", LIMIT, () -> responding(cluster, 0) == 3);
  }

  private static List<JsonNode> nodes(TestCluster cluster, int asked) {
    JsonNode data = cluster.api(asked).get("/v1/nodes").json().get("data");
    return StreamSupport.stream(data.spliterator(), false).toList();
  }

  private static long responding(TestCluster cluster, int asked) {
    return nodes(cluster, asked).stream()
        .filter(node -> node.get("responding").asBoolean())
        .count();
  }

  /** One node as another sees it. */
  private static JsonNode node(TestCluster cluster, int asked, int wanted) {
    return nodes(cluster, asked).stream()
        .filter(node -> node.get("url").asText().equals(cluster.swarm().url(wanted).toString()))
        .findFirst()
        .orElseThrow();
  }

  private static int open(TestCluster cluster, int asked, int wanted, String what) {
    return node(cluster, asked, wanted).at("/open/" + what).asInt();
  }
}
