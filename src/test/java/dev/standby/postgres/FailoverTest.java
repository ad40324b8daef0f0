package dev.standby.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.Standby;
import dev.standby.config.ConfigException;
import dev.standby.store.OwnPostgres;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Follower;
import dev.standby.support.Ledger;
import dev.standby.support.Load;
import dev.standby.support.Nodes;
import dev.standby.support.Swarm;
import dev.standby.support.TestCluster;
import dev.standby.support.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A primary and its replica, to which every commit waits to be written, and that takes over. */
@Execution(ExecutionMode.CONCURRENT)
class FailoverTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int WAITS = 50;

  @TempDir Path folder;
  @TempDir Path other;

  private OwnPostgres primary;
  private OwnPostgres replica;
  private String both;

  @BeforeEach
  void start() {
    primary = OwnPostgres.start(folder, "127.0.0.1");
    replica = primary.replica(other, "replica");
    both =
        "postgresql://postgres@127.0.0.1:%d,127.0.0.1:%d/postgres?target_session_attrs=read-write"
            .formatted(primary.port(), replica.port());
    TestPostgres.execute(primary.url(), "ALTER SYSTEM SET synchronous_standby_names = 'replica'");
    primary.reload();
    Await.until(
        "the replica is synchronous",
        LIMIT,
        () ->
            new Ledger(primary.url())
                .query("SELECT sync_state FROM pg_stat_replication")
                .equals(List.of("sync")));
  }

  @AfterEach
  void stop() {
    if (primary.runs()) {
      primary.close();
    }
    replica.close();
  }

  @Test
  void shouldLoseNothingThatWasAcknowledgedWhenThePrimaryIsKilledAndTheReplicaPromoted() {
    Map<String, String> impatient = Map.of("STANDBY_DATABASE_RETRY_MILLIS", "300");
    try (TestCluster cluster = TestCluster.start(2, both, impatient)) {
      List<Follower> streams = new ArrayList<>();
      for (int i = 0; i < WAITS; i++) {
        Swarm.all(List.of(cluster.swarm().register(i, "before/" + i, "")));
        streams.add(cluster.swarm().follow(i + 1, "before/" + i));
      }
      // Ends by itself, while there is no primary.
      Swarm.all(List.of(cluster.swarm().register(0, "due", "\"timeout_secs\":2")));
      streams.add(cluster.swarm().follow(1, "due"));
      Swarm.all(streams.stream().map(Follower::begun).toList());
      Load load = new Load(cluster.swarm(), "failover/", 8, 0, 1);
      load.awaitMore(WAITS);

      primary.kill();

      for (int node = 0; node < cluster.size(); node++) {
        Api api = cluster.api(node);
        Await.until("it is not ready", LIMIT, () -> status(api, "/health/ready") == 503);
        Api.Answer refused = api.register("away/" + node);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        // The replica could be read, but may not have all.
        assertThat(status(api, "/v1/events/due")).isEqualTo(503);
        assertThat(status(api, "/v1/events/stats")).isEqualTo(503);
      }

      replica.promote();
      long promoted = System.nanoTime();

      for (int node = 0; node < cluster.size(); node++) {
        Api api = cluster.api(node);
        Await.until("it is ready again", LIMIT, () -> status(api, "/health/ready") == 200);
      }
      long millis = (System.nanoTime() - promoted) / 1_000_000;
      load.awaitMore(WAITS);
      load.close();
      for (int i = 0; i < WAITS; i++) {
        assertThat(cluster.swarm().send(i, "before/" + i, "1").join().status()).isEqualTo(200);
      }
      assertThat(Swarm.all(streams.stream().map(Follower::terminal).toList()))
          .extracting(trigger -> trigger.path("status").asText())
          .containsOnly("received", "timed_out");
      assertThat(load.requests()).extracting(Load.Request::status).isSubsetOf(200, 201, 503);
      load.assertKept(new Ledger(replica.url()));
      System.out.printf(
          Locale.ROOT,
          "Primary killed, replica promoted: ready %d ms later, %d requests, %d of them 503%n",
          millis,
          load.requests().size(),
          load.requests().stream().filter(request -> request.status() == 503).count());
    }
  }

  @Test
  void shouldLeaveAPrimaryWhenItTakesNoWritesAnyMoreAndBreaksNoConnection() {
    try (Standby node = Nodes.start(both, Map.of("STANDBY_DATABASE_RETRY_MILLIS", "300"))) {
      Api api = new Api(node.url());
      assertThat(api.register("before").status()).isEqualTo(201);
      assertThat(api.get("/v1/events?project_id=default").json().path("data").size()).isEqualTo(1);
      Await.until("the replica has it", LIMIT, () -> rows(replica) == 1);

      TestPostgres.execute(primary.url(), "ALTER SYSTEM SET default_transaction_read_only = on");
      primary.reload();
      Await.until("it is away", LIMIT, () -> api.register("away").status() == 503);
      replica.promote();

      Await.until("it is back", LIMIT, () -> api.register("after").status() < 300);
      assertThat(api.get("/v1/events/after").status()).isEqualTo(200);
      assertThat(api.get("/v1/events?project_id=default").text()).contains("after");
      assertThat(api.post("/v1/events/prefix/bef/send?project_id=default", "{}").field("resolved"))
          .isEqualTo("1");
      assertThat(rows(primary)).isEqualTo(1);
      assertThat(rows(replica)).isGreaterThan(1);
      Await.until(
          "no connection is left to the old primary",
          LIMIT,
          () ->
              new Ledger(primary.url())
                  .query("SELECT FROM pg_stat_activity WHERE application_name = 'standby'")
                  .isEmpty());
    }
  }

  @Test
  void shouldSayThatNoServerTakesWritesWhenItIsStartedWithAReplicaAlone() {
    assertThatThrownBy(() -> Nodes.alone(replica.url()).close())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("database.url")
        .hasMessageContaining("none of the servers takes writes");
  }

  private static int rows(OwnPostgres server) {
    return new Ledger(server.url()).query("SELECT id FROM event_trigger").size();
  }

  private static int status(Api api, String path) {
    return api.get(path).status();
  }
}
