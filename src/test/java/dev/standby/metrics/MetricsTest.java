package dev.standby.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import dev.standby.Standby;
import dev.standby.bus.EventTriggers;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.Scrape;
import dev.standby.support.TestCluster;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a node shows of what it has done: two nodes over one database, in no cluster, so that
 * neither hears what the other announces.
 */
class MetricsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String REQUESTS = "standby_http_request_duration_seconds_count";

  private static Standby node;
  private static Standby stranger;
  private static Api api;

  @BeforeAll
  static void start() {
    String database = TestPostgres.newDatabase();
    Map<String, String> webhooks = Map.of("STANDBY_WEBHOOKS_ALLOWED_NETWORKS", "127.0.0.0/8");
    node = Nodes.start(database, webhooks);
    stranger = Nodes.start(database, webhooks);
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    stranger.close();
    node.close();
  }

  @Test
  void shouldCountRequestsByOperationAndStatus() {
    Scrape before = Scrape.of(node);

    api.register("count/1");
    api.register("count/1");
    send("count/1", "{\"payload\":1}");
    send("count/1", "{\"payload\":1}");
    send("count/1", "{\"payload\":2}");
    send("count/none", "{}");
    api.post("/v1/batch/register", "{\"items\":[{\"event_key\":\"b/1\"},{\"event_key\":\"b/2\"}]}");
    api.get("/v1/nothing");
    Scrape after = Scrape.of(node);

    assertThat(requests(before, after, "registerEvent", "201")).isEqualTo(1);
    assertThat(requests(before, after, "registerEvent", "200")).isEqualTo(1);
    assertThat(requests(before, after, "sendEvent", "200")).isEqualTo(2);
    assertThat(requests(before, after, "sendEvent", "409")).isEqualTo(1);
    assertThat(requests(before, after, "sendEvent", "404")).isEqualTo(1);
    assertThat(requests(before, after, "registerBatch", "200")).isEqualTo(1);
    assertThat(requests(before, after, "none", "404")).isEqualTo(1);
    assertThat(after.value(REQUESTS) - before.value(REQUESTS)).isEqualTo(8);
  }

  @Test
  void shouldShowHowLongRequestsTakeAsAHistogram() {
    api.get("/v1/events/stats");
    Scrape scrape = Scrape.of(node);

    String name = "standby_http_request_duration_seconds";
    double count = scrape.value(name + "_count", "operation", "getEventStats");
    assertThat(count).isPositive();
    assertThat(scrape.value(name + "_bucket", "operation", "getEventStats", "le", "+Inf"))
        .isEqualTo(count);
    assertThat(scrape.value(name + "_sum", "operation", "getEventStats")).isPositive();
    assertThat(scrape.samples())
        .filteredOn(sample -> sample.name().equals(name + "_bucket"))
        .filteredOn(sample -> "getEventStats".equals(sample.labels().get("operation")))
        .hasSize(13);
  }

  @Test
  void shouldCountWhatStatementsCarryAndHowLongTheyTake() {
    Scrape before = Scrape.of(node);

    api.post(
        "/v1/batch/register",
        "{\"items\":[{\"event_key\":\"c/1\"},{\"event_key\":\"c/2\"},{\"event_key\":\"c/3\"}]}");
    Scrape after = Scrape.of(node);

    String batch = "standby_store_batch_size";
    assertThat(grown(before, after, batch + "_sum", "lane", "register")).isEqualTo(3);
    assertThat(grown(before, after, batch + "_count", "lane", "register")).isBetween(1.0, 3.0);
    assertThat(
            grown(
                before,
                after,
                "standby_database_statement_duration_seconds_count",
                "statement",
                "register"))
        .isEqualTo(grown(before, after, batch + "_count", "lane", "register"));
    assertThat(after.value("standby_store_queue_requests")).isZero();
    assertThat(after.value("standby_database_pool_size", "pool", "requests")).isEqualTo(8);
    assertThat(after.value("standby_database_up")).isEqualTo(1);
  }

  @Test
  void shouldCountAnswersToIdempotencyKeys() {
    Scrape before = Scrape.of(node);

    api.register("once");
    for (String payload : new String[] {"1", "1", "2"}) {
      HttpRequest request =
          api.request(Api.path("once") + "/send")
              .header("Content-Type", "application/json")
              .header("Idempotency-Key", "metrics")
              .POST(HttpRequest.BodyPublishers.ofString("{\"payload\":" + payload + "}"))
              .build();
      api.send(request);
    }
    Scrape after = Scrape.of(node);

    String name = "standby_idempotent_requests_total";
    assertThat(grown(before, after, name, "answer", "first")).isEqualTo(1);
    assertThat(grown(before, after, name, "answer", "replayed")).isEqualTo(1);
    assertThat(grown(before, after, name, "answer", "refused")).isEqualTo(1);
  }

  @Test
  void shouldShowHowLateDeadlinesAre() {
    String name = "standby_deadline_lag_seconds";
    // Either node ends it.
    double before = Scrape.of(node).value(name + "_count");
    double strangers = Scrape.of(stranger).value(name + "_count");

    api.post("/v1/events", "{\"event_key\":\"late\",\"timeout_secs\":1}");

    Await.until(
        "it is counted",
        SOON,
        () ->
            Scrape.of(node).value(name + "_count") + Scrape.of(stranger).value(name + "_count")
                == before + strangers + 1);
    assertThat(Scrape.of(node).value(name + "_sum") + Scrape.of(stranger).value(name + "_sum"))
        .isPositive();
    until(scrape -> scrape.value("standby_deadline_overdue_seconds") < 1);
  }

  @Test
  void shouldShowWhoWaitsAsLongAsTheyDo() {
    api.register("open");
    CompletableFuture<Api.Answer> poll;
    try (SseReader stream = SseReader.open(api, "open");
        SseReader feed = SseReader.open(api.request("/v1/events?project_id=default"))) {
      poll = api.sendAsync(api.request(Api.path("open")).header("Prefer", "wait=60").GET().build());
      assertThat(stream.next().status()).isEqualTo("waiting");
      assertThat(feed).isNotNull();
      Future<EventTrigger> awaiting = EventTriggers.create(node.vertx()).await("open");

      until(
          scrape ->
              readers(scrape, "stream") == 1
                  && readers(scrape, "poll") == 1
                  && readers(scrape, "feed") == 1
                  && scrape.value("standby_bus_awaits") == 1);
      assertThat(Scrape.of(node).value("standby_http_connections")).isGreaterThanOrEqualTo(3);
      send("open", "{}");
      until(scrape -> scrape.value("standby_bus_awaits") == 0);
      assertThat(awaiting.succeeded()).isTrue();
    }

    assertThat(poll.join().status()).isEqualTo(200);
    until(scrape -> scrape.value("standby_http_readers") == 0);
    assertThat(Scrape.of(node).value(REQUESTS, "operation", "getEventWait", "status", "200"))
        .isEqualTo(1);
  }

  @Test
  void shouldCountAnAnnouncementThatIsLostAndMadeUpFor() throws IOException {
    api.register("lost");
    api.register("not lost");
    Scrape before = Scrape.of(node);
    // The slow tick may come first, and a node that watches nothing misses nothing.
    try (SseReader stream = SseReader.open(api, "lost");
        SseReader other = SseReader.open(api, "not lost")) {
      stream.next();
      other.next();

      new Api(stranger.url()).post(Api.path("lost") + "/send", "{}");

      assertThat(stream.next().status()).isEqualTo("received");
      until(scrape -> grown(before, scrape, "standby_announcements_made_up_total") == 1);
      until(scrape -> grown(before, scrape, "standby_announcements_lost_total") == 1);
    }
  }

  @Test
  void shouldShowWhatTheDatabaseHolds() {
    Scrape before = Scrape.of(node);

    api.register("held/waits");
    send("held/1", "{\"hold_secs\":60}");

    until(
        scrape ->
            grown(before, scrape, "standby_held_events") == 1
                && scrape.value("standby_triggers", "status", "waiting")
                    == new Api(node.url())
                        .get("/v1/events/stats")
                        .json()
                        .get("waiting_count")
                        .asInt());
  }

  @Test
  void shouldCountCallsOfWebhooks() throws IOException {
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/good", exchange -> answer(exchange, 204));
    receiver.createContext("/gone", exchange -> answer(exchange, 410));
    receiver.createContext("/bad", exchange -> answer(exchange, 500));
    receiver.start();
    try {
      for (String path : new String[] {"good", "gone", "bad"}) {
        api.post(
            "/v1/events",
            "{\"event_key\":\"%s\",\"notify_url\":\"http://127.0.0.1:%d/%s\"}"
                .formatted(path, receiver.getAddress().getPort(), path));
        send(path, "{}");
      }

      for (String outcome : new String[] {"delivered", "failed", "again"}) {
        Await.until(
            "a call is counted as " + outcome,
            SOON,
            () -> calls(node, outcome) + calls(stranger, outcome) == 1);
      }
      assertThat(Scrape.of(node).value("standby_webhook_calls")).isZero();
    } finally {
      receiver.stop(0);
    }
  }

  @Test
  void shouldShowItsEventLoopsItsVersionAndItsJvm() {
    until(scrape -> scrape.value("standby_event_loop_lag_seconds_count") > 0);
    Scrape scrape = Scrape.of(node);

    assertThat(scrape.value("standby_event_loop_lag_seconds_max")).isPositive();
    assertThat(scrape.value("standby_build_info", "version", "dev")).isEqualTo(1);
    assertThat(scrape.value("standby_cluster_members")).isEqualTo(1);
    assertThat(scrape.value("standby_cluster_nodes")).isEqualTo(1);
    assertThat(scrape.value("jvm_memory_used_bytes", "area", "heap")).isPositive();
    assertThat(scrape.value("process_cpu_seconds_total"))
        .isCloseTo(
            ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1000.0,
            within(5.0));
  }

  @Test
  void shouldHaveNoLabelOfWhatClientsSend() {
    double before = Scrape.of(node).samples().size();
    String hostile = "xHOSTILEx\"}\n{le=\"";
    for (int i = 0; i < 30; i++) {
      String key = hostile.replace("\n", "") + i;
      api.post(
          "/v1/events",
          "{\"event_key\":%s,\"project_id\":%s,\"request_payload\":\"xHOSTILEx\"}"
              .formatted(Api.quoted(key), Api.quoted("xHOSTILEx" + i)));
      send(key, "{\"payload\":\"xHOSTILEx\"}");
      api.get("/v1/" + Api.encode(key));
      api.get("/v1/events?status=" + Api.encode(hostile + i));
      api.send(
          api.request("/v1/events")
              .header("X-Request-Id", "xHOSTILEx" + i)
              .method("XHOSTILEX" + i, HttpRequest.BodyPublishers.noBody())
              .build());
    }
    Scrape after = Scrape.of(node);

    assertThat(after.text()).doesNotContainIgnoringCase("xHOSTILEx");
    assertThat(after.samples().size() - before).as("new series").isLessThan(400);
  }

  @Test
  void shouldShowHowManyMembersTheClusterHasAndHowManyOfThemAreNodes() {
    TestCluster cluster = TestCluster.shared();
    try (Member application = Member.join(cluster.members())) {
      for (int i = 0; i < cluster.size(); i++) {
        String url = cluster.node(i).managementUrl();
        Await.until(
            "node " + i + " sees all",
            SOON,
            () -> {
              Scrape scrape = Scrape.parse(new Api(url).get("/metrics").text());
              return scrape.value("standby_cluster_members") > cluster.size()
                  && scrape.value("standby_cluster_nodes") == cluster.size();
            });
      }
      assertThat(application.vertx().isClustered()).isTrue();
    }
  }

  private static void answer(com.sun.net.httpserver.HttpExchange exchange, int status)
      throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private static Api.Answer send(String key, String body) {
    return api.post(Api.path(key) + "/send", body);
  }

  private static double requests(Scrape before, Scrape after, String operation, String status) {
    return grown(before, after, REQUESTS, "operation", operation, "status", status);
  }

  private static double readers(Scrape scrape, String kind) {
    return scrape.value("standby_http_readers", "kind", kind);
  }

  private static double calls(Standby of, String outcome) {
    return Scrape.of(of).value("standby_webhook_call_duration_seconds_count", "outcome", outcome);
  }

  private static double grown(Scrape before, Scrape after, String name, String... labels) {
    return after.value(name, labels) - before.value(name, labels);
  }

  private static void until(Predicate<Scrape> condition) {
    Await.until("a scrape shows it", SOON, () -> condition.test(Scrape.of(node)));
  }
}
