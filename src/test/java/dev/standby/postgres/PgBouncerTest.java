package dev.standby.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.Standby;
import dev.standby.config.ConfigException;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Ledger;
import dev.standby.support.Load;
import dev.standby.support.Nodes;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import dev.standby.support.TestPostgres;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PgBouncer in transaction mode: each transaction of a node may have another session. */
class PgBouncerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int KEYS = 2000;

  /** Far fewer than two nodes have of their own. */
  private static final int CONNECTIONS = 6;

  @TempDir static Path folder;

  private static String database;
  private static PgBouncer pooler;
  private static Standby first;
  private static Standby second;
  private static Swarm swarm;

  @BeforeAll
  static void start() {
    PgBouncer.need();
    database = TestPostgres.newDatabase();
    pooler = new PgBouncer(folder, database, CONNECTIONS);
    first = Nodes.start(pooler.url(), settings(Map.of()));
    second = Nodes.start(pooler.url(), settings(Map.of("STANDBY_DATABASE_DIRECT_URL", database)));
    swarm = new Swarm(List.of(URI.create(first.url()), URI.create(second.url())));
  }

  private static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("STANDBY_DATABASE_PGBOUNCER", "true");
    // They form no cluster: what happens on the other is read again.
    settings.put("STANDBY_STREAM_CATCH_UP_MILLIS", "200");
    settings.put("STANDBY_WEBHOOKS_ALLOWED_NETWORKS", "127.0.0.0/8");
    return settings;
  }

  @AfterAll
  static void stop() {
    if (swarm != null) {
      swarm.close();
      first.close();
      second.close();
      pooler.close();
    }
  }

  @Test
  void shouldDoAllThatANodeDoesWhenItIsInBetween() {
    new Flow(new Api(first.url()), "flow/first/").walk();
    new Flow(new Api(second.url()), "flow/second/").walk();
  }

  @Test
  void shouldLetOneOfTwoSendsWinWhenThousandsRace() {
    List<CompletableFuture<List<Reply>>> races = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      String key = "race/" + i;
      int node = i;
      races.add(
          swarm
              .register(node, key, "")
              .thenCompose(
                  registered -> {
                    CompletableFuture<Reply> one = swarm.send(node, key, "1");
                    CompletableFuture<Reply> other = swarm.send(node + 1, key, "2");
                    return one.thenCombine(other, List::of);
                  }));
    }

    List<List<Reply>> answers = Swarm.all(races);

    Ledger ledger = new Ledger(database);
    Map<String, List<Ledger.Row>> rows = ledger.rows("race/");
    for (int i = 0; i < KEYS; i++) {
      List<Reply> pair = answers.get(i);
      assertThat(pair).extracting(Reply::status).as("%s", pair).containsExactlyInAnyOrder(200, 409);
      assertThat(rows.get("race/" + i))
          .singleElement()
          .matches(row -> row.isShownBy(pair.get(0).trigger()));
    }
    ledger.assertBalanced();
  }

  @Test
  void shouldTellOfTheEndOnAnotherNodeWhenThereIsNoNotification() {
    Api api = new Api(first.url());
    api.register("apart");
    CompletableFuture<Api.Answer> poll =
        api.sendAsync(api.request(Api.path("apart")).header("Prefer", "wait=20").GET().build());

    new Api(second.url()).post(Api.path("apart") + "/send", "{}");

    assertThat(poll.join().field("status")).isEqualTo("received");
  }

  @Test
  void shouldKeepAllThatWasAcknowledgedWhenItIsKilledAndStarted() {
    Load load = new Load(swarm, "restart/", 8, 0, 1);
    load.awaitMore(50);

    pooler.kill();
    Await.until("it is not ready", LIMIT, () -> ready(first) == 503);
    pooler.start();

    Await.until("it is ready again", LIMIT, () -> ready(first) == 200);
    load.awaitMore(50);
    load.close();
    assertThat(load.requests()).extracting(Load.Request::status).isSubsetOf(200, 201, 503);
    load.assertKept(new Ledger(database));
  }

  private static int ready(Standby node) {
    return new Api(node.url()).get("/health/ready").status();
  }

  @Test
  void shouldSayWhatToSetWhenANodeIsNotToldOfIt() {
    assertThatThrownBy(() -> Nodes.alone(pooler.url()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("database.pgbouncer: true");
  }
}
