package dev.standby.hostile;

import dev.standby.Standby;
import dev.standby.contract.RawHttp;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies of which all but the end comes do not fill the memory. */
@Timeout(60)
class ManyBodiesTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** More than half of what the node holds. */
  private static final int LENGTH = 600_000;

  @Test
  void shouldRefuseABodyThatIsOneTooManyAndTakeOneAgainWhenThereIsRoom() throws IOException {
    try (Standby node =
            Nodes.start(
                TestPostgres.newDatabase(),
                Map.of(
                    "STANDBY_HTTP_EVENT_LOOPS", "1",
                    "STANDBY_HTTP_MAX_BODY_BYTES", "1000000",
                    "STANDBY_HTTP_MAX_UNFINISHED_BYTES", "1000000"));
        Socket first = begin(node)) {
      // Of the two, either may be the one that is too many.
      try (Socket second = begin(node)) {
        second.setSoTimeout(100);
        first.setSoTimeout(100);
        Await.until(
            "one is refused",
            LIMIT,
            () -> status(first).equals("HTTP/1.1 503") || status(second).equals("HTTP/1.1 503"));
      }
      first.shutdownOutput();

      Api api = new Api(node.url());
      String body = "{\"payload\":\"" + "x".repeat(LENGTH) + "\"}";
      Await.until(
          "there is room again",
          LIMIT,
          () -> api.post("/v1/events/none/send", body).status() == 404);
    }
  }

  private static Socket begin(Standby node) throws IOException {
    URI url = URI.create(node.url());
    Socket socket = new Socket(url.getHost(), url.getPort());
    socket
        .getOutputStream()
        .write(
            RawHttp.bytes(
                "POST /v1/events/none/send HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n"
                    + " ".repeat(LENGTH)));
    return socket;
  }

  private static String status(Socket socket) {
    try {
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "";
    }
  }
}
