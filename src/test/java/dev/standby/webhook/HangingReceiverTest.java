package dev.standby.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.Database;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who answers is told at once, however many do not. */
@Timeout(120)
class HangingReceiverTest {
  private static final int STUCK = 200;

  @Test
  void shouldNotKeepAnybodyWaitingForReceiversThatHang() {
    Database database = Database.create();
    try (Standby node = Nodes.start(database.url(), Hooks.LOOPBACK);
        Receiver hanging = Receiver.open().hangs();
        Receiver away = Receiver.away();
        Receiver good = Receiver.open()) {
      Hooks hooks = new Hooks(node.url(), database);
      String body = "{\"items\":[%s]}".formatted(items("stuck/", STUCK, hanging.url()));
      assertThat(hooks.api().post("/v1/batch/register", body).status()).isEqualTo(200);
      body = "{\"items\":[%s]}".formatted(items("stuck/away/", STUCK, away.url()));
      assertThat(hooks.api().post("/v1/batch/register", body).status()).isEqualTo(200);
      hooks.api().post("/v1/events/prefix/stuck%2F/send?project_id=default", "{}");
      hanging.await(1);

      List<Long> late = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String key = hooks.waiting(good.url());
        long sent = System.nanoTime();
        hooks.api().post(Api.path(key) + "/send", "{}");
        late.add(good.await(i + 1).nanos() - sent);
      }

      assertThat(late.stream().max(Comparator.naturalOrder()).orElseThrow())
          .as("how late, in nanoseconds: %s", late)
          .isLessThan(TimeUnit.SECONDS.toNanos(1));
      assertThat(hanging.calls()).as("calls that hang at once").hasSizeLessThanOrEqualTo(4);
    }
  }

  @Test
  void shouldGiveAReceiverThatAnswersMoreAndMore() {
    Origins origins = new Origins(16);
    for (int i = 0; i < 100; i++) {
      origins.begin("fast");
      origins.end("fast", true);
    }
    for (int i = 0; i < 4; i++) {
      origins.begin("dead");
    }
    assertThat(origins.rooms()).containsEntry("fast", 16).containsEntry("dead", 0);
    for (int i = 0; i < 4; i++) {
      origins.end("dead", false);
    }

    assertThat(origins.rooms()).containsEntry("dead", 1);
    origins.begin("dead");
    assertThat(origins.rooms()).containsEntry("dead", 0);
    origins.end("dead", true);
    assertThat(origins.rooms()).containsEntry("dead", 2);
    for (int i = 0; i < 5000; i++) {
      origins.begin("o" + i);
      origins.end("o" + i, true);
    }
    assertThat(origins.rooms()).hasSizeLessThanOrEqualTo(1000);
  }

  @Test
  void shouldLetProjectsAndReceiversTakeTurns() {
    Database database = Database.create();
    Map<String, Receiver> receivers = new HashMap<>();
    try (Standby node =
            Nodes.start(
                database.url(),
                Map.of(
                    "STANDBY_WEBHOOKS_ALLOWED_NETWORKS",
                    "127.0.0.0/8",
                    "STANDBY_WEBHOOKS_MAX_CONCURRENT",
                    "8"));
        Receiver shared =
            Receiver.open().answers(exchange -> exchange.sendResponseHeaders(200, -1))) {
      Hooks hooks = new Hooks(node.url(), database);
      // A project with many receivers that hang has half of what there is.
      for (int i = 0; i < 12; i++) {
        Receiver more = Receiver.open().hangs();
        receivers.put("more" + i, more);
        hooks
            .api()
            .post(
                "/v1/events",
                "{\"event_key\":\"greedy/%d\",\"project_id\":\"greedy\",\"notify_url\":\"%s\"}"
                    .formatted(i, more.url()));
      }
      hooks.api().post("/v1/events/prefix/greedy/send?project_id=greedy", "{}");
      Await.until(
          "half of the calls are the greedy project's",
          Receiver.SOON,
          () -> receivers.values().stream().mapToInt(r -> r.calls().size()).sum() == 4);

      for (int i = 0; i < 10; i++) {
        hooks.received(shared.url());
      }

      shared.await(10);
      assertThat(receivers.values().stream().mapToInt(r -> r.calls().size()).sum()).isEqualTo(4);
      receivers.values().forEach(Receiver::close);
    }
  }

  private static String items(String prefix, int count, String url) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(
          "{\"event_key\":\"%s%d\",\"project_id\":\"default\",\"notify_url\":\"%s\"}"
              .formatted(prefix, i, url));
    }
    return String.join(",", items);
  }
}
