package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams whose readers are slow, stalled or gone, and how many there may be. */
@Timeout(60)
class SlowReaderTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** More than the operating system buffers for a connection. */
  private static final int LARGE = 12_000_000;

  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node =
        Nodes.start(
            TestPostgres.newDatabase(),
            Map.of(
                "STANDBY_HTTP_MAX_BODY_BYTES", "16000000",
                "STANDBY_HTTP_IDLE_TIMEOUT_SECS", "2",
                "STANDBY_STREAM_KEEP_ALIVE_SECS", "1",
                "STANDBY_STREAM_MAX_STREAMS", "3",
                "STANDBY_STREAM_MAX_STREAMS_PER_PROJECT", "2"));
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldSendEverythingToAReaderThatIsSlowerThanTheIdleTimeout() throws IOException {
    api.post("/v1/events", "{\"event_key\":\"slow\",\"request_payload\":" + large() + "}");

    try (Socket reader = open("slow")) {
      String received = api.post("/v1/events/slow/send", "{\"payload\":1}").text();
      String beginning = readFor(reader, Duration.ofSeconds(5));

      // Without what stands between the chunks of HTTP.
      String text = (beginning + readAll(reader)).replaceAll("\r\n[0-9a-f]+\r\n", "");
      assertThat(beginning.length()).as("read meanwhile").isLessThan(LARGE);
      assertThat(text.contains("data: " + received + "\n\n")).as("its end, whole").isTrue();
    }
  }

  @Test
  void shouldCutOffAReaderThatStallsAndGoOnWhereItWasWhenItComesBack() throws IOException {
    api.register("stalled");
    try (Socket stalled = open("stalled");
        SseReader other = SseReader.open(api, "stalled")) {
      final String seen = other.next().id();

      String received = api.post("/v1/events/stalled/send", "{\"payload\":" + large() + "}").text();

      assertThat(other.next().data()).isEqualTo(received);
      awaitIdleTimeout();
      awaitIdleTimeout();
      assertThat(readAll(stalled).length()).isLessThan(received.length());
      try (SseReader back = SseReader.resume(api, "stalled", seen)) {
        assertThat(back.rest()).extracting(SseReader.Frame::data).containsExactly(received);
      }
    }
  }

  @Test
  void shouldCutOffAFeedWhoseReaderStallsAndGoOnWhereItWasWhenItComesBack() throws IOException {
    String feed = "/v1/events?project_id=fed";
    try (Socket stalled = openPath(feed);
        SseReader other = SseReader.open(api.request(feed))) {
      final String seen = other.awaitOtherId(null);

      String large =
          api.post(feed, "{\"event_key\":\"large\",\"request_payload\":" + large() + "}").text();
      String small = api.post(feed, "{\"event_key\":\"small\"}").text();

      assertThat(other.next().data()).isEqualTo(large);
      awaitIdleTimeout();
      awaitIdleTimeout();
      assertThat(readAll(stalled).length()).isLessThan(large.length());
      try (SseReader back = SseReader.open(api.request(feed).header("Last-Event-ID", seen))) {
        assertThat(back.next().data()).isEqualTo(large);
        assertThat(back.next().data()).isEqualTo(small);
      }
    }
  }

  @Test
  void shouldCutOffAReaderThatStallsInItsAnswer() throws IOException {
    api.post("/v1/events", "{\"event_key\":\"answer\",\"request_payload\":" + large() + "}");

    try (Socket stalled = openPath("/v1/events/answer")) {
      awaitIdleTimeout();
      awaitIdleTimeout();

      assertThat(readAll(stalled).length()).isLessThan(LARGE);
    }
  }

  @Test
  void shouldKeepAStreamOpenForLongerThanAnIdleConnection() {
    api.register("kept");
    try (SseReader stream = SseReader.open(api, "kept")) {
      stream.next();
      for (int i = 0; i < 4; i++) {
        stream.awaitComment();
      }

      api.post("/v1/events/kept/send", "");

      assertThat(stream.next().status()).isEqualTo("received");
    }
  }

  @Test
  void shouldRefuseAStreamPastTheProjectsCapAndTheNodesAndTakeItWhenThereIsRoom() {
    for (String project : new String[] {"a", "b", "c"}) {
      api.post("/v1/events", "{\"event_key\":\"cap\",\"project_id\":\"" + project + "\"}");
    }
    SseReader first = open("cap", "a");
    try (SseReader second = open("cap", "a");
        SseReader overProject = open("cap", "a");
        SseReader third = open("cap", "b");
        SseReader overNode = open("cap", "c")) {
      assertThat(first.status()).isEqualTo(200);
      assertThat(second.status()).isEqualTo(200);
      assertThat(overProject.status()).isEqualTo(503);
      assertThat(overProject.header("Retry-After")).isNotNull();
      assertThat(third.status()).isEqualTo(200);
      assertThat(overNode.status()).isEqualTo(503);

      first.close();

      Await.until(
          "there is room",
          LIMIT,
          () -> {
            try (SseReader again = open("cap", "c")) {
              return again.status() == 200;
            }
          });
    }
  }

  /** Waits until the node has closed a connection that is silent from now on. */
  private static void awaitIdleTimeout() throws IOException {
    URI url = URI.create(node.url());
    try (Socket silent = new Socket(url.getHost(), url.getPort())) {
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static SseReader open(String key, String project) {
    return SseReader.open(api.request("/v1/events/" + key + "/stream?project_id=" + project));
  }

  /** Opens a stream whose reader has read its beginning, and has little room for more. */
  private static Socket open(String key) throws IOException {
    return openPath("/v1/events/" + key + "/stream");
  }

  private static Socket openPath(String path) throws IOException {
    Socket socket =
        RawHttp.openSlow(
            URI.create(node.url()), path, "Accept: text/event-stream, application/json;q=0.5");
    assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
        .isEqualTo("HTTP/1.1 200");
    return socket;
  }

  /** All that comes, to the end; a reset is an end as well. */
  private static String readAll(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[64 * 1024];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
        if (text.indexOf("\r\n0\r\n\r\n", Math.max(0, text.length() - n - 8)) >= 0) {
          break;
        }
      }
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    return text.toString();
  }

  /** Reads slowly, for so long. */
  private static String readFor(Socket socket, Duration time) throws IOException {
    StringBuilder text = new StringBuilder();
    long began = System.nanoTime();
    Await.until(
        "time has passed, and some has been read",
        LIMIT,
        () -> {
          text.append(new String(read(socket), StandardCharsets.ISO_8859_1));
          return System.nanoTime() - began > time.toNanos();
        });
    return text.toString();
  }

  private static byte[] read(Socket socket) {
    try {
      return socket.getInputStream().readNBytes(8 * 1024);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String large() {
    return "\"" + "x".repeat(LARGE) + "\"";
  }
}
