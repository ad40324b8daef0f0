package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.standby.support.Await;
import dev.standby.support.Follower;
import dev.standby.support.Ledger;
import dev.standby.support.Programs;
import dev.standby.support.Swarm;
import dev.standby.support.TestCluster;
import dev.standby.support.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes of an earlier version are replaced one after the other by those of this one, and back
 * again, on one database and in one cluster, while clients go on. {@code -Dstandby.upgrade.from}
 * names another commit, {@code -Dstandby.upgrade.nodes} more nodes.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RollingUpgradeTest {
  /** The last version whose schema was V3: of all that this one migrates, it knows nothing. */
  private static final String EARLIER = "1c306ccec362ec2ded4164775dce7f16e669e5e7";

  private static final String FROM = System.getProperty("standby.upgrade.from", EARLIER);
  private static final int NODES = Integer.getInteger("standby.upgrade.nodes", 2);
  private static final int ACTORS = 8;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Longer than {@link #PROMPT}: who hears promptly was told, and has not looked. */
  private static final Map<String, String> SETTINGS =
      Map.of("STANDBY_STREAM_CATCH_UP_MILLIS", "30000");

  private static final Duration PROMPT = Duration.ofSeconds(10);

  @TempDir private Path folder;

  @Test
  void shouldLoseNothingWhileNodesOfTwoVersionsRunTogether() {
    Path jar = jarOf(FROM);
    String prefix = "upgrade/";
    try (TestCluster cluster =
        TestCluster.start(NODES, TestPostgres.newDatabase(), SETTINGS, jar)) {
      History history = new History("finished_at");
      Actors actors = new Actors(cluster.swarm(), prefix, history, System.nanoTime(), ACTORS);
      awaitScenes(actors);
      for (int i = 0; i < NODES; i++) {
        cluster.replace(i, null);
        awaitScenes(actors);
        tellEachOther(cluster, "up" + i);
      }
      for (int i = 0; i < NODES; i++) {
        cluster.replace(i, jar);
        awaitScenes(actors);
        tellEachOther(cluster, "down" + i);
      }
      actors.stop();

      System.out.printf("Upgrade: %d scenes%n", actors.scenes());
      check(cluster.ledger(), prefix, actors, history);
    }
  }

  private static void check(Ledger ledger, String prefix, Actors actors, History history) {
    for (Follower follower : actors.followers()) {
      Await.until(follower.key() + " is heard to end", LIMIT, () -> follower.terminal().isDone());
      history.add("stream", follower.terminal().join());
    }
    Map<String, List<Ledger.Row>> rows = ledger.rows(prefix);
    assertThat(actors.surprises()).as("answers that no upgrade excuses").isEmpty();
    assertThat(history.contradictions(rows)).as("contradictions").isEmpty();
    assertThat(actors.ended())
        .allSatisfy(
            key ->
                assertThat(rows.get(key))
                    .as(key)
                    .isNotEmpty()
                    .extracting(Ledger.Row::status)
                    .doesNotContain("waiting"));
    ledger.assertBalanced();
  }

  /** Whoever waits at one node hears of what is sent at another, and does not have to look. */
  private static void tellEachOther(TestCluster cluster, String name) {
    Swarm swarm = cluster.swarm();
    for (int sender = 0; sender < NODES; sender++) {
      for (int waiter = 0; waiter < NODES; waiter++) {
        String key = name + "/" + sender + "/" + waiter;
        assertThat(swarm.register(sender, key, "\"request_payload\":{\"a\":1}").join().status())
            .isEqualTo(201);
        Follower follower = swarm.follow(waiter, key);
        Await.until("the stream begins", LIMIT, () -> follower.begun().isDone());
        assertThat(swarm.send(sender, key, "\"news\"").join().status()).isEqualTo(200);
        Await.until(key + " is heard of", PROMPT, () -> follower.terminal().isDone());
        assertThat(follower.terminal().join().path("response_payload").asText()).isEqualTo("news");
      }
    }
  }

  private static void awaitScenes(Actors actors) {
    long before = actors.scenes();
    Await.until("clients go on", LIMIT, () -> actors.scenes() > before + 50);
  }

  private Path jarOf(String commit) {
    assumeTrue(
        Files.exists(Path.of(".git")) || System.getenv("CI") != null, "sources without history");
    Path tar = folder.resolve("source.tar");
    Programs.run("git", "archive", "--output", tar.toString(), commit);
    Path source = folder.resolve("source");
    Programs.run("mkdir", source.toString());
    Programs.run("tar", "-xf", tar.toString(), "-C", source.toString());
    Programs.run(
        "mvn",
        "-q",
        "-f",
        source.resolve("pom.xml").toString(),
        "-Dquick",
        "-Dmaven.test.skip=true",
        "package");
    return source.resolve("target").resolve("standby.jar");
  }
}
