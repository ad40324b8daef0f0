package dev.standby.fault;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A database that was empty a moment ago, and that PostgreSQL has no statistics of: what its plans
 * were made for does not last.
 */
@Timeout(180)
class YoungDatabaseTest {
  private static final int BATCH = 1000;
  private static final int BATCHES = 40;
  private static final Duration FAST = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node = Nodes.alone(TestPostgres.newDatabase());
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldSoonBeFastWhenItHasGrown() {
    assertThat(api.post("/v1/events/nobody/send", "{}").status()).isEqualTo(404);
    assertThat(api.post("/v1/events/early/send", "{\"hold_secs\":60}").status()).isEqualTo(202);
    assertThat(api.register("early").field("status")).isEqualTo("received");
    for (int batch = 0; batch < BATCHES; batch++) {
      int first = batch * BATCH;
      post("register", i -> "\"event_key\":\"key/" + (first + i) + "\"");
    }
    int[] next = {0};

    Await.until(
        "a thousand sends are fast",
        LIMIT,
        () -> fast("send", i -> "\"event_key\":\"key/" + next[0]++ + "\",\"payload\":1"));
    Await.until(
        "a thousand events are held fast",
        LIMIT,
        () -> fast("send", i -> "\"event_key\":\"early/" + next[0]++ + "\",\"hold_secs\":60"));
  }

  private static boolean fast(String operation, IntFunction<String> fields) {
    long began = System.nanoTime();
    post(operation, fields);
    return System.nanoTime() - began < FAST.toNanos();
  }

  private static void post(String operation, IntFunction<String> fields) {
    String items =
        IntStream.range(0, BATCH)
            .mapToObj(i -> "{" + fields.apply(i) + "}")
            .collect(joining(",", "{\"items\":[", "]}"));
    Api.Answer answer = api.post("/v1/batch/" + operation, items);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).doesNotContain("problem");
  }
}
