package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting by HTTP: an answer that comes when there is one (contract, "Waiting by HTTP"). */
@Timeout(60)
class LongPollTest {
  private static final AtomicInteger keys = new AtomicInteger();
  private static Standby node;
  private static Standby other;
  private static Api api;

  private final String key = "poll/" + keys.incrementAndGet();

  @BeforeAll
  static void start() {
    String database = TestPostgres.newDatabase();
    Map<String, String> settings =
        Map.of("STANDBY_STREAM_KEEP_ALIVE_SECS", "1", "STANDBY_HTTP_IDLE_TIMEOUT_SECS", "2");
    node = Nodes.start(database, settings);
    other = Nodes.start(database, settings);
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
    other.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldAnswerAsSoonAsTheTriggerIsTerminalWhereverItIsSent(boolean here) {
    api.register(key);
    CompletableFuture<Api.Answer> waiting = poll("wait=30");
    CompletableFuture<Api.Answer> another = poll("wait=30");

    Api.Answer sent =
        new Api((here ? node : other).url()).post(Api.path(key) + "/send", "{\"payload\":[1]}");

    assertThat(waiting.join().status()).isEqualTo(200);
    assertThat(waiting.join().text().strip()).isEqualTo(sent.text());
    assertThat(waiting.join().header("Preference-Applied")).isEqualTo("wait=30");
    assertThat(waiting.join().header("Content-Type")).isEqualTo("application/json");
    assertThat(another.join().text().strip()).isEqualTo(sent.text());
  }

  @Test
  void shouldAnswerWithEveryWayOfEnding() {
    api.register(key);
    CompletableFuture<Api.Answer> canceled = poll("wait=30");
    api.delete(Api.path(key));
    assertThat(canceled.join().field("status")).isEqualTo("canceled");

    api.post("/v1/events", "{\"event_key\":\"" + key + "\",\"timeout_secs\":1}");
    assertThat(poll("wait=30").join().field("status")).isEqualTo("timed_out");
  }

  @Test
  void shouldAnswerWithWhatIsWhenTheTimeIsOver() {
    api.register(key);

    Api.Answer answer = poll("wait=1").join();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("status")).isEqualTo("waiting");
    assertThat(poll("wait=0").join().field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldAnswerAtOnceWhenTheTriggerIsTerminalAlready() {
    api.register(key);
    Api.Answer canceled = api.delete(Api.path(key));

    assertThat(poll("wait=30").join().text()).isEqualTo(canceled.text());
  }

  @Test
  void shouldAnswerAtOnceWhenThereIsNoTrigger() {
    assertThat(poll("wait=30").join().status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          wait=7                        | wait=7
          WAIT = 7                      | wait=7
          respond-async, wait="7"; x=1  | wait=7
          wait=100000                   | wait=300
          """)
  void shouldSayWhichWaitItHasApplied(String prefer, String applied) {
    api.register(key);
    api.delete(Api.path(key));

    assertThat(poll(prefer).join().header("Preference-Applied")).isEqualTo(applied);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wait", "wait=-1", "wait=x", "await=3", "wait=9999999999"})
  void shouldNotWaitWhenThePreferenceCannotBeUnderstood(String prefer) {
    api.register(key);

    Api.Answer answer = poll(prefer).join();

    assertThat(answer.field("status")).isEqualTo("waiting");
    assertThat(answer.header("Preference-Applied")).isNull();
  }

  @Test
  void shouldOutlastTheIdleTimeoutAndStillBeJson() throws Exception {
    api.register(key);
    CompletableFuture<Api.Answer> waiting = poll("wait=60");
    List<Api.Answer> meanwhile = new ArrayList<>();
    // Three others, one after the other, take longer than a connection may be idle.
    for (int i = 0; i < 3; i++) {
      meanwhile.add(poll("wait=1").get(30, TimeUnit.SECONDS));
    }

    Api.Answer sent = api.post(Api.path(key) + "/send", "{\"payload\":1}");

    assertThat(meanwhile).extracting(answer -> answer.field("status")).containsOnly("waiting");
    assertThat(waiting.join().json()).isEqualTo(sent.json());
    assertThat(waiting.join().text().strip()).isEqualTo(sent.text());
  }

  @Test
  void shouldAnswerWithWhatIsWhenTheNodeStops() throws Exception {
    Standby leaving =
        Nodes.start(TestPostgres.newDatabase(), Map.of("STANDBY_STREAM_KEEP_ALIVE_SECS", "1"));
    Api there = new Api(leaving.url());
    there.register(key);
    // Its head comes with the first sign of life, so that it waits when the node stops.
    java.io.InputStream waiting =
        java.net.http.HttpClient.newHttpClient()
            .send(
                there.request(Api.path(key)).header("Prefer", "wait=60").GET().build(),
                java.net.http.HttpResponse.BodyHandlers.ofInputStream())
            .body();

    leaving.close();

    assertThat(
            Api.json(new String(waiting.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .path("status")
                .asText())
        .isEqualTo("waiting");
  }

  private static CompletableFuture<Api.Answer> poll(String key, String prefer) {
    return api.sendAsync(
        api.request(Api.path(key))
            .timeout(Duration.ofSeconds(90))
            .header("Prefer", prefer)
            .GET()
            .build());
  }

  private CompletableFuture<Api.Answer> poll(String prefer) {
    return poll(key, prefer);
  }
}
