package dev.standby.fault;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import dev.standby.support.TestCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A node dies between its commit and its answer, or at any other moment: whoever repeats the
 * request with its idempotency key, elsewhere, gets the first answer, and nothing is done twice.
 */
class IdempotencyFaultTest {
  private static final int ROUNDS = Integer.getInteger("standby.rounds", 1);

  /** How many requests are under way when a node dies. */
  private static final int REQUESTS = 400;

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final String ANSWERS = "SELECT count(*) FROM idempotency";

  /** Has commits that record an answer wait for who holds a lock. */
  private static final String AT_COMMIT =
      "CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS"
          + " 'BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NULL; END';"
          + " CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON idempotency"
          + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit()";

  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.shared();
  }

  @AfterEach
  void balance() {
    cluster.ledger().assertBalanced();
  }

  /** A request of each kind, as path and body. */
  private Map<String, String[]> requests() {
    // Each in a project of its own, so that none of them waits for another's commit.
    post("{\"event_key\":\"lost/sent\",\"project_id\":\"a\"}");
    post("{\"event_key\":\"lost/prefix/1\",\"project_id\":\"b\"}");
    return Map.of(
        "hold", new String[] {Api.path("lost/held") + "/send", "{\"hold_secs\":600}"},
        "send", new String[] {Api.path("lost/sent") + "/send", "{\"project_id\":\"a\"}"},
        "prefix", new String[] {"/v1/events/prefix/lost%2Fprefix/send", "{\"project_id\":\"b\"}"},
        "register",
            new String[] {"/v1/events", "{\"event_key\":\"lost/registered\",\"project_id\":\"c\"}"},
        "batch",
            new String[] {
              "/v1/batch/send", "{\"items\":[{\"event_key\":\"lost/batch\",\"hold_secs\":600}]}"
            },
        "key", new String[] {"/v1/keys", "{\"scopes\":[\"admin\"]}"});
  }

  private void post(String body) {
    assertThat(cluster.api(0).post("/v1/events", body).status()).isEqualTo(201);
  }

  @Test
  void shouldGiveTheFirstAnswerElsewhereWhenTheNodeDiesBetweenCommitAndAnswer()
      throws SQLException {
    Map<String, String[]> requests = requests();
    int before = Integer.parseInt(cluster.ledger().query(ANSWERS).get(0));
    List<CompletableFuture<Reply>> first = new ArrayList<>();
    try (Connection gate = cluster.ledger().connect();
        Statement statement = gate.createStatement()) {
      statement.execute(AT_COMMIT);
      statement.execute("SELECT pg_advisory_lock(4711)");
      requests.forEach(
          (key, request) -> first.add(cluster.swarm().once(1, key, request[0], request[1])));
      awaitCount(
          requests.size(),
          "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711"
              + " AND NOT granted");

      // It hears no more of what becomes of them.
      cluster.signal(1, "STOP");
      statement.execute("SELECT pg_advisory_unlock(4711)");
      awaitCount(before + requests.size(), ANSWERS);
      cluster.node(1).kill();
      statement.execute("DROP TRIGGER at_commit ON idempotency");
    }
    String state = effects();
    assertThat(first).allMatch(answer -> failed(answer));

    cluster.swarm().send(0, "lost/registered", "1").join();
    Map<String, Reply> again = repeat(requests);

    assertThat(again.get("hold").status()).isEqualTo(202);
    assertThat(again.get("send").json().get("status").asText()).isEqualTo("received");
    assertThat(again.get("prefix").json().get("resolved").asInt()).isEqualTo(1);
    assertThat(again.get("register").status()).isEqualTo(201);
    assertThat(again.get("register").json().get("status").asText()).isEqualTo("waiting");
    assertThat(again.get("batch").json().at("/results/0/status").asInt()).isEqualTo(202);
    assertThat(again.get("key").json().get("key").asText()).startsWith("sb_");
    assertThat(effects()).isEqualTo(state);
    assertThat(repeat(requests)).isEqualTo(again);
  }

  private Map<String, Reply> repeat(Map<String, String[]> requests) {
    Map<String, Reply> replies = new TreeMap<>();
    requests.forEach(
        (key, request) ->
            replies.put(key, cluster.swarm().once(0, key, request[0], request[1]).join()));
    return replies;
  }

  /** How many of each there are. */
  private String effects() {
    return cluster
        .ledger()
        .query(
            "SELECT (SELECT count(*) FROM held_event WHERE starts_with(event_key, 'lost/')), (SELECT"
                + " count(*) FROM event_trigger WHERE starts_with(event_key, 'lost/')), (SELECT"
                + " string_agg(id, ',' ORDER BY id) FROM api_key)")
        .get(0);
  }

  private static boolean failed(CompletableFuture<?> answer) {
    Await.until("the connection is lost", LIMIT, answer::isDone);
    return answer.isCompletedExceptionally();
  }

  private void awaitCount(int count, String sql) {
    Await.until(
        sql + " is " + count,
        LIMIT,
        () -> cluster.ledger().query(sql).equals(List.of(Integer.toString(count))));
  }

  @Test
  void shouldHoldEachEventOnceWhenNodesDieUnderLoadAndClientsRepeat() {
    for (int round = 0; round < ROUNDS; round++) {
      cluster.repair();
      String prefix = "load/" + round + "/";
      int node = round % 2;
      List<CompletableFuture<Reply>> heard = new ArrayList<>();
      List<CompletableFuture<Reply>> answers = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        String key = prefix + i;
        CompletableFuture<Reply> first = hold(node, key).exceptionally(lost -> null);
        heard.add(first);
        answers.add(
            first.thenCompose(
                reply -> reply == null ? persist(1 - node, key) : completedFuture(reply)));
      }
      Await.until(
          "half of them are answered",
          LIMIT,
          () -> heard.stream().filter(CompletableFuture::isDone).count() > REQUESTS / 4);
      cluster.node(node).kill();
      Swarm.all(answers);

      assertThat(heard).anyMatch(reply -> reply.join() == null);
      assertThat(heard).anyMatch(reply -> reply.join() != null);
      for (int i = 0; i < REQUESTS; i++) {
        Reply answer = answers.get(i).join();
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(persist(1 - node, prefix + i).join()).isEqualTo(answer);
      }
      assertThat(
              cluster
                  .ledger()
                  .query(
                      "SELECT count(*), count(DISTINCT event_key) FROM held_event"
                          + " WHERE starts_with(event_key, '"
                          + prefix
                          + "')"))
          .containsExactly(REQUESTS + "|" + REQUESTS);
    }
  }

  private CompletableFuture<Reply> hold(int node, String key) {
    return cluster
        .swarm()
        .once(node, key, Api.path(key) + "/send", "{\"payload\":1,\"hold_secs\":600}");
  }

  /** Until the request is not in flight any more. */
  private CompletableFuture<Reply> persist(int node, String key) {
    return hold(node, key)
        .thenCompose(reply -> reply.status() == 409 ? persist(node, key) : completedFuture(reply));
  }
}
