package dev.standby.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Ledger;
import dev.standby.support.Load;
import dev.standby.support.Nodes;
import dev.standby.support.Swarm;
import dev.standby.support.TestPostgres;
import dev.standby.support.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A server that falls silent: it answers nothing any more, and breaks no connection. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class SilentServerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Six seconds, and some for a machine that has other things to do. */
  private static final long LEFT_MILLIS = 9000;

  /** What is heard is heard by notifications alone. */
  private static final Map<String, String> SETTINGS =
      Map.of("STANDBY_DATABASE_RETRY_MILLIS", "500", "STANDBY_STREAM_CATCH_UP_MILLIS", "60000");

  private final String database = TestPostgres.newDatabase();

  @Test
  void shouldGoOnWithAnotherServerAndLoseNothingThatWasAcknowledged() {
    try (Wire first = Wire.open(database);
        Wire second = new Wire(database);
        Standby node = Nodes.start(Wire.url(List.of(first, second)), SETTINGS);
        Standby stranger = Nodes.alone(database);
        Swarm swarm = new Swarm(List.of(URI.create(node.url())))) {
      Api api = new Api(node.url());
      assertThat(api.register("told").status()).isEqualTo(201);
      try (SseReader stream = SseReader.open(api, "told")) {
        assertThat(stream.next().status()).isEqualTo("waiting");
        Load load = new Load(swarm, "silent/", 8, 0);
        load.awaitMore(50);
        api.post("/v1/events", "{\"event_key\":\"due\",\"timeout_secs\":1}");

        first.cut();

        assertThat(millisTo503(() -> api.register("away/1"))).isLessThan(LEFT_MILLIS);
        // The others have been refused: nothing is left to wait for.
        assertThat(millisTo503(() -> api.register("away/2"))).isLessThan(4000);
        assertThat(millisTo503(() -> api.get("/v1/events?project_id=default")))
            .isLessThan(LEFT_MILLIS);
        assertThat(api.get("/health/ready").status()).isEqualTo(503);

        second.open();
        long opened = System.nanoTime();

        Await.until("it is served again", LIMIT, () -> api.register("after").status() < 300);
        long millis = (System.nanoTime() - opened) / 1_000_000;
        Await.until("it is ready again", LIMIT, () -> api.get("/health/ready").status() == 200);
        Await.until(
            "deadlines fire",
            LIMIT,
            () -> api.get("/v1/events/due").field("status").equals("timed_out"));
        load.awaitMore(50);
        load.close();
        assertThat(load.requests()).extracting(Load.Request::status).isSubsetOf(200, 201, 503);
        load.assertKept(new Ledger(database));
        new Api(stranger.url()).post("/v1/events/told/send", "{}");
        assertThat(stream.next().status()).isEqualTo("received");
        System.out.printf(
            Locale.ROOT,
            "Server silent: %d requests, %d of them 503, slowest %d ms; served %d ms after another"
                + " took over%n",
            load.requests().size(),
            load.requests().stream().filter(request -> request.status() == 503).count(),
            load.slowestMillis(0),
            millis);
      }
    }
  }

  private static long millisTo503(Supplier<Api.Answer> request) {
    long began = System.nanoTime();
    Api.Answer answer = request.get();
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    return (System.nanoTime() - began) / 1_000_000;
  }

  @Test
  void shouldGoOnWithTheSameServerWhenTheNetworkHasForgottenAllConnections() {
    try (Wire wire = Wire.open(database);
        Standby node = Nodes.start(wire.url(), SETTINGS);
        Standby stranger = Nodes.alone(database)) {
      Api api = new Api(node.url());
      assertThat(api.register("told").status()).isEqualTo(201);
      try (SseReader stream = SseReader.open(api, "told")) {
        assertThat(stream.next().status()).isEqualTo("waiting");

        wire.forget();

        long began = System.nanoTime();
        Await.until("it is served again", LIMIT, () -> api.register("after").status() < 300);
        assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(LEFT_MILLIS);
        new Api(stranger.url()).post("/v1/events/told/send", "{}");
        assertThat(stream.next().status()).isEqualTo("received");
      }
    }
  }
}
