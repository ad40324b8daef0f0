package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What it takes to tell many readers the same. */
@Timeout(60)
class ManyReadersTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int READERS = 10;

  /** More than the operating system buffers for a connection. */
  private static final int EVENT = 8_000_000;

  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node =
        Nodes.start(TestPostgres.newDatabase(), Map.of("STANDBY_HTTP_MAX_BODY_BYTES", "16000000"));
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldHoldAnEventOnceForAllWhoAreSlowToReadIt() throws IOException {
    api.register("shared");
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < READERS; i++) {
        slow.add(open("/v1/events/shared/stream", "Accept: text/event-stream", "data: "));
        slow.add(open("/v1/events?project_id=default", "Accept: text/event-stream", "id: "));
        // An answer in HTTP/1 says nothing until it is known.
        slow.add(open("/v1/events/shared", "Prefer: wait=60", ""));
      }
      awaitPolls();
      long before = usedBytes();

      api.post("/v1/events/shared/send", "{\"payload\":\"" + "x".repeat(EVENT) + "\"}");

      Await.until("all are being told", LIMIT, () -> slow.stream().allMatch(ManyReadersTest::told));
      assertThat(usedBytes() - before).isLessThan((long) slow.size() * EVENT / 2);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static void awaitPolls() {
    Await.until(
        "all are waiting",
        LIMIT,
        () -> api.get("/v1/nodes").json().findPath("polls").asInt() == READERS);
  }

  private static boolean told(Socket socket) {
    try {
      return socket.getInputStream().available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the heap holds that is still needed. */
  private static long usedBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Sends a request, and reads up to the end of the frame with a line that begins like that. */
  private static Socket open(String path, String header, String line) throws IOException {
    Socket socket = RawHttp.openSlow(URI.create(node.url()), path, header);
    StringBuilder text = new StringBuilder();
    while (!line.isEmpty()
        && !(text.indexOf("\n" + line) >= 0 && text.toString().endsWith("\n\n\r\n"))) {
      text.append(new String(socket.getInputStream().readNBytes(1), StandardCharsets.ISO_8859_1));
    }
    return socket;
  }
}
