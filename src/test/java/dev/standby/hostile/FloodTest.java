package dev.standby.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.RawHttp;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** While some flood the node, or hold it up, the others are answered as ever. */
@Timeout(120)
class FloodTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int PROBES = 300;
  private static final String POST =
      "POST /v1/events/known/send HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";

  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node =
        Nodes.start(
            TestPostgres.newDatabase(),
            Map.of(
                "STANDBY_HTTP_PORT", Integer.toString(Nodes.freePort()),
                "STANDBY_HTTP_HEADER_TIMEOUT_SECS", "2",
                "STANDBY_HTTP_BODY_TIMEOUT_SECS", "2"));
    api = new Api(node.url());
    api.register("known");
    probe();
    print("idle", probe());
  }

  @AfterAll
  static void stop() {
    assertThat(api.get("/v1/events/known").field("status")).isEqualTo("waiting");
    node.close();
  }

  @Test
  void shouldAnswerOthersWhileAThousandSendTheirHeadersByteByByte() {
    try (Attack attack =
        new Attack(node.url(), 1000, "GET /v1/events HTTP/1.1\r\nHost: h\r\nX: ", "a", 1000)) {
      assertUnmoved("slow headers", () -> attack.open() == 1000, () -> attack.cutOff() > 1000);
    }
  }

  @Test
  void shouldAnswerOthersWhileAThousandSendTheirBodiesByteByByte() {
    try (Attack attack =
        new Attack(node.url(), 1000, POST + "Content-Length: 1000\r\n\r\n{", " ", 1000)) {
      assertUnmoved(
          "slow bodies",
          () -> attack.open() == 1000,
          () -> attack.answered("HTTP/1.1 408") >= 1000 && attack.cutOff() >= 1000);
    }
  }

  @Test
  void shouldAnswerOthersWhileSomeSendHeadersWithoutEnd() {
    try (Attack attack =
        new Attack(node.url(), 8, "GET / HTTP/1.1\r\n", "X: aaaaaaaa\r\n".repeat(100), 0)) {
      assertUnmoved("headers without end", () -> attack.open() > 0, () -> attack.cutOff() > 100);
    }
  }

  @Test
  void shouldAnswerOthersWhileSomeAnnounceAndSendTenGigabytes() {
    try (Attack attack =
        new Attack(
            node.url(),
            4,
            POST + "Content-Length: 10000000000\r\n\r\n",
            " ".repeat(64 * 1024),
            0)) {
      assertUnmoved(
          "ten gigabytes", () -> attack.answered("HTTP/1.1 413") >= 4, () -> attack.cutOff() >= 4);
      assertThat(attack.sentBytes() / (attack.cutOff() + 4))
          .as("taken of each")
          .isLessThan(100_000_000);
    }
  }

  @Test
  void shouldNotInflateABomb() throws IOException {
    ByteArrayOutputStream tenth = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(tenth)) {
      byte[] zeros = new byte[1024 * 1024];
      for (int i = 0; i < 50; i++) {
        gzip.write(zeros);
      }
    }
    // Members that follow each other inflate to all that is in them.
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    for (int i = 0; i < 10; i++) {
      tenth.writeTo(bomb);
    }
    assertThat(bomb.size()).isLessThan(1024 * 1024);

    RawHttp.Answer answer =
        new RawHttp(node.url())
            .post(
                "/v1/events/known/send",
                bomb.toByteArray(),
                "Content-Type: application/json",
                "Content-Encoding: gzip");

    assertThat(answer.isProblem("unsupported_media_type")).as(answer.text()).isTrue();
  }

  /** Others are answered from when the attack stands until it has been met. */
  private static void assertUnmoved(String what, BooleanSupplier stands, BooleanSupplier met) {
    Await.until("the attack stands", LIMIT, stands);
    Histogram during = probe();
    Await.until(
        "the attack is met",
        LIMIT,
        () -> {
          during.add(probe());
          return met.getAsBoolean();
        });
    print(what, during);
    assertThat(during.getValueAtPercentile(99)).isLessThan(TimeUnit.SECONDS.toMicros(1));
  }

  private static void print(String what, Histogram times) {
    System.out.printf(
        Locale.ROOT,
        "%s: get p50 %.2f ms, p99 %.2f ms%n",
        what,
        times.getValueAtPercentile(50) / 1000.0,
        times.getValueAtPercentile(99) / 1000.0);
  }

  /** How long one request after the other takes, in microseconds. */
  private static Histogram probe() {
    Histogram times = new Histogram(3);
    for (int i = 0; i < PROBES; i++) {
      long began = System.nanoTime();
      assertThat(api.get("/v1/events/known").status()).isEqualTo(200);
      times.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began));
    }
    return times;
  }
}
