package dev.standby.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.Database;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Several nodes over one queue: nothing twice while all live, and nothing lost when one is killed.
 */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeliveryNodesTest {
  private static final int MANY = 500;
  private static final Database database = Database.create();

  /** No cluster: the queue is in the database alone. */
  private static Standby first;

  private static Standby second;
  private static NodeProcess doomed;

  @BeforeAll
  static void start() {
    doomed = NodeProcess.launch(Nodes.environment(database.url(), Hooks.LOOPBACK));
    first = Nodes.start(database.url(), Hooks.LOOPBACK);
    second = Nodes.start(database.url(), Hooks.LOOPBACK);
  }

  @AfterAll
  static void stop() {
    doomed.kill();
    first.close();
    second.close();
  }

  @Test
  @Order(2)
  void shouldDeliverOnceWhileNobodyDies() {
    try (Receiver receiver = Receiver.open()) {
      register("many/", MANY, receiver.url());

      api().post("/v1/events/prefix/many%2F/send?project_id=default", "{\"payload\":1}");
      Await.until(
          "all are delivered",
          Duration.ofSeconds(60),
          () -> count("status = 'delivered' AND event_key LIKE 'many/%'") == MANY);

      assertThat(count("attempts <> 1 AND event_key LIKE 'many/%'")).isZero();
      assertThat(receiver.calls()).hasSize(MANY);
      assertThat(receiver.calls().stream().map(Receiver.Call::id)).doesNotHaveDuplicates();
    }
  }

  @Test
  @Order(1)
  void shouldDeliverWhatANodeHasNotThatWasKilledAfterItsAnswer() throws Exception {
    try (Receiver receiver = Receiver.open()) {
      int sends = 40;
      register("killed/", sends, receiver.url());
      // No call is answered before the node is dead.
      CountDownLatch killed = new CountDownLatch(1);
      receiver.answers(
          exchange -> {
            killed.await();
            exchange.sendResponseHeaders(204, -1);
          });

      String sent =
          new Api(doomed.awaitReady().url())
              .post("/v1/events/prefix/killed%2F/send?project_id=default", "{\"payload\":1}")
              .field("resolved");
      doomed.kill();
      assertThat(sent).isEqualTo(Integer.toString(sends));
      assertThat(count("status = 'delivered'")).isZero();
      killed.countDown();
      // What the dead node had begun is another's when its time is over, which passes faster here.
      Await.until(
          "all are delivered",
          Duration.ofSeconds(60),
          () -> {
            database.execute(
                "UPDATE webhook_delivery SET next_at = now()"
                    + " WHERE status = 'pending' AND trying AND last_at < now() - interval '3 s'");
            return count("status = 'delivered' AND event_key LIKE 'killed/%'") == sends;
          });

      String secret = api().get("/v1/webhooks/secret").field("secret");
      Set<String> told = new HashSet<>();
      for (Receiver.Call call : receiver.calls()) {
        call.verify(secret);
        told.add(call.json().at("/data/event_key").asText());
      }
      assertThat(told).hasSize(sends);
    }
  }

  private static void register(String prefix, int count, String url) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add("{\"event_key\":\"%s%d\",\"notify_url\":\"%s\"}".formatted(prefix, i, url));
    }
    String body = "{\"items\":[" + String.join(",", items) + "]}";
    assertThat(api().post("/v1/batch/register?project_id=default", body).status()).isEqualTo(200);
  }

  private static long count(String condition) {
    return database.count("SELECT count(*) FROM webhook_delivery WHERE " + condition);
  }

  private static Api api() {
    return new Api(first.url());
  }
}
