package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.store.OwnPostgres;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Follower;
import dev.standby.support.Load;
import dev.standby.support.Swarm;
import dev.standby.support.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** PostgreSQL is killed under load and comes back: nothing that was acknowledged is lost. */
@Execution(ExecutionMode.CONCURRENT)
class DatabaseOutageTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int WAITS = 100;
  private static final int READY = 200;
  private static final int AWAY = 503;

  @TempDir static Path folder;

  private static OwnPostgres postgres;
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    postgres = OwnPostgres.start(folder, "127.0.0.1");
    cluster = TestCluster.start(2, postgres.url(), Map.of("STANDBY_DATABASE_RETRY_MILLIS", "500"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
    postgres.close();
  }

  @Test
  void shouldSayThatItIsAwayAndGoOnWithoutARestartWhenPostgresIsKilledAndStarted() {
    List<Follower> streams = new ArrayList<>();
    for (int i = 0; i < WAITS; i++) {
      Swarm.all(List.of(cluster.swarm().register(i, "before/" + i, "")));
      streams.add(cluster.swarm().follow(i + 1, "before/" + i));
    }
    // Ends by itself, while the database is away.
    Swarm.all(List.of(cluster.swarm().register(0, "due", "\"timeout_secs\":3")));
    streams.add(cluster.swarm().follow(1, "due"));
    Swarm.all(streams.stream().map(Follower::begun).toList());
    Load load = new Load(cluster.swarm(), "outage/", 8, 0, 1);
    load.awaitMore(WAITS);

    postgres.kill();

    for (int node = 0; node < cluster.size(); node++) {
      Api api = cluster.api(node);
      Await.until("it is not ready", LIMIT, () -> status(api, "/health/ready") == AWAY);
      assertThat(status(api, "/health/live")).isEqualTo(200);
      Api.Answer read = api.get("/v1/events/due");
      assertThat(read.status()).isEqualTo(AWAY);
      assertThat(read.header("Retry-After")).isEqualTo("1");
      assertThat(read.field("code")).isEqualTo("unavailable");
      for (String path : List.of("/v1/events?project_id=default", "/v1/events/stats")) {
        assertThat(status(api, path)).as(path).isEqualTo(AWAY);
      }
      assertThat(api.register("while-away/" + node).status()).isEqualTo(AWAY);
      assertThat(api.post("/v1/events/prefix/before%2F/send", "{}").status()).isEqualTo(AWAY);
    }

    postgres.start();

    for (int node = 0; node < cluster.size(); node++) {
      Api api = cluster.api(node);
      Await.until("it is ready again", LIMIT, () -> status(api, "/health/ready") == READY);
    }
    load.awaitMore(2 * WAITS);
    load.close();
    for (int i = 0; i < WAITS; i++) {
      assertThat(cluster.swarm().send(i, "before/" + i, "1").join().status()).isEqualTo(200);
    }
    assertThat(Swarm.all(streams.stream().map(Follower::terminal).toList()))
        .extracting(trigger -> trigger.path("status").asText())
        .containsOnly("received", "timed_out");
    assertThat(streams).extracting(Follower::reopened).containsOnly(0);
    assertThat(load.requests()).extracting(Load.Request::status).containsOnly(200, 201, AWAY);
    assertThat(load.requests()).extracting(Load.Request::status).contains(AWAY);
    load.assertKept(cluster.ledger());
    assertThat(cluster.ledger().rows("while-away/").values()).allMatch(rows -> rows.size() == 1);
    System.out.printf(
        Locale.ROOT,
        "PostgreSQL killed and started: %d requests, %d of them 503, slowest %d ms%n",
        load.requests().size(),
        load.requests().stream().filter(request -> request.status() == AWAY).count(),
        load.slowestMillis(0, 1));
  }

  private static int status(Api api, String path) {
    return api.get(path).status();
  }
}
