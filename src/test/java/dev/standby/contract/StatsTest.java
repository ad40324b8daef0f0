package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The figures are exact: a count of every row never says anything else. */
@Timeout(60)
class StatsTest {
  private static final int OPERATIONS = 800;
  private static final int KEYS = 60;
  private static final long SEED = 20_260_302;

  private static Database database;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    database = Database.create();
    node = Nodes.alone(database.url());
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldBeZeroForAProjectWithoutTriggers() {
    Api.Answer answer = api.get("/v1/events/stats?project_id=nobody");

    assertThat(answer.status()).isEqualTo(200);
    answer.json().properties().forEach(e -> assertThat(e.getValue().asDouble()).isZero());
    assertThat(answer.json().size()).isEqualTo(6);
  }

  @Test
  void shouldTellTheMeanWaitOfTheReceived() {
    for (String key : List.of("w1", "w2", "w3")) {
      api.post("/v1/events", "{\"event_key\":\"" + key + "\",\"project_id\":\"mean\"}");
      api.post("/v1/events/" + key + "/send", "{}");
    }

    double mean =
        api.get("/v1/events/stats?project_id=mean").json().get("avg_wait_duration_secs").asDouble();

    assertThat(mean).isPositive();
    assertThat(mean)
        .isCloseTo(
            Double.parseDouble(
                database.text(
                    "SELECT avg(extract(epoch FROM finished_at - requested_at))"
                        + " FROM event_trigger WHERE project_id = 'mean'")),
            Assertions.within(1e-9));
  }

  @Test
  void shouldEqualAFullCountAfterAnyMixOfOperations() {
    Random random = new Random(SEED);
    List<CompletableFuture<Api.Answer>> running = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      running.add(operation(random));
      if (running.size() == 32) {
        running.forEach(CompletableFuture::join);
        running.clear();
      }
    }
    running.forEach(CompletableFuture::join);
    Await.until(
        "what is due has been timed out",
        Duration.ofSeconds(10),
        () ->
            database.count(
                    "SELECT count(*) FROM event_trigger"
                        + " WHERE status = 'waiting' AND expires_at <= now()")
                == 0);

    for (String project : List.of("mix0", "mix1", "mix2")) {
      assertThat(stats("?project_id=" + project))
          .isEqualTo(counted("WHERE project_id = '" + project + "'"));
    }
    assertThat(stats("")).isEqualTo(counted(""));
    assertThat(database.count("SELECT count(DISTINCT status) FROM event_trigger")).isEqualTo(4);
  }

  private static CompletableFuture<Api.Answer> operation(Random random) {
    String key = "k" + random.nextInt(KEYS);
    String project = "?project_id=mix" + random.nextInt(3);
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4 ->
          api.postAsync("/v1/events" + project, "{\"event_key\":\"" + key + "\"}");
      case 5, 6 -> api.postAsync("/v1/events/" + key + "/send" + project, "{\"payload\":1}");
      case 7, 8 -> api.sendAsync(api.request("/v1/events/" + key + project).DELETE().build());
      case 9 -> api.postAsync("/v1/events/prefix/" + key + "/send" + project, "{}");
      case 10 -> {
        // A deadline that has passed, and whoever comes first finds it so.
        database.execute(
            "UPDATE event_trigger SET expires_at = now() WHERE status = 'waiting'"
                + " AND event_key = '"
                + key
                + "'");
        yield api.sendAsync(api.request("/v1/events/" + key + project).GET().build());
      }
      default -> {
        database.execute(
            "UPDATE event_trigger SET requested_at = requested_at - interval '2 days',"
                + " finished_at = finished_at - interval '2 days' WHERE status <> 'waiting'"
                + " AND event_key = '"
                + key
                + "'");
        yield api.postAsync("/v1/events/purge" + project, "{\"older_than_days\":1}");
      }
    };
  }

  private static List<Long> stats(String query) {
    Api.Answer answer = api.get("/v1/events/stats" + query);
    return List.of("total", "waiting", "received", "timed_out", "canceled").stream()
        .map(name -> answer.json().get(name + "_count").asLong())
        .toList();
  }

  private static List<Long> counted(String where) {
    List<Long> counts = new ArrayList<>();
    counts.add(database.count("SELECT count(*) FROM event_trigger " + where));
    for (String status : List.of("waiting", "received", "timed_out", "canceled")) {
      counts.add(
          database.count(
              "SELECT count(*) FILTER (WHERE status = '%s') FROM event_trigger %s"
                  .formatted(status, where)));
    }
    return counts;
  }
}
