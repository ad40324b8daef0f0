package dev.standby.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.RawHttp;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that are too many are closed as they come, whether they say something or not. */
@Timeout(60)
class ManyConnectionsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Standby node;

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void shouldCloseWhatIsTooMuchInAllAndTakeAsManyAgainWhenOthersHaveGone() throws IOException {
    start(Map.of("STANDBY_HTTP_MAX_CONNECTIONS", "2"));
    try (Socket silent = connect("127.0.0.1");
        Socket second = connect("127.0.0.2")) {
      assertThat(answers(second)).isTrue();
      try (Socket third = connect("127.0.0.3")) {
        assertThat(answers(third)).isFalse();
      }
      assertThat(answers(silent)).isTrue();
      second.shutdownOutput();

      awaitRoomFor("127.0.0.3");
    }
  }

  @Test
  void shouldCloseWhatIsTooMuchFromOneAddress() throws IOException {
    start(Map.of("STANDBY_HTTP_MAX_CONNECTIONS_PER_ADDRESS", "1"));
    try (Socket first = connect("127.0.0.1");
        Socket again = connect("127.0.0.1");
        Socket other = connect("127.0.0.2")) {
      assertThat(answers(first)).isTrue();
      assertThat(answers(again)).isFalse();
      assertThat(answers(other)).isTrue();
      first.shutdownOutput();

      awaitRoomFor("127.0.0.1");
    }
  }

  @Test
  void shouldLetATrustedProxyConnectAsOftenAsItMust() throws IOException {
    start(
        Map.of(
            "STANDBY_HTTP_MAX_CONNECTIONS_PER_ADDRESS", "1",
            "STANDBY_HTTP_TRUSTED_PROXIES", "127.0.0.1"));
    try (Socket first = connect("127.0.0.1");
        Socket second = connect("127.0.0.1")) {
      assertThat(answers(first)).isTrue();
      assertThat(answers(second)).isTrue();
    }
  }

  @Test
  void shouldTakeTheAddressesOfANetworkOfIpv6ForOneClient() throws IOException {
    start(Map.of("STANDBY_HTTP_MAX_CONNECTIONS_PER_ADDRESS", "1", "STANDBY_HTTP_HOST", "::1"));
    try (Socket first = connect("::1");
        Socket second = connect("::1")) {
      assertThat(answers(first)).isTrue();
      assertThat(answers(second)).isFalse();
    }
  }

  private void start(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("STANDBY_HTTP_PORT", Integer.toString(Nodes.freePort()));
    node = Nodes.start(TestPostgres.newDatabase(), all);
  }

  private void awaitRoomFor(String address) {
    Await.until(
        "there is room",
        LIMIT,
        () -> {
          try (Socket socket = connect(address)) {
            return answers(socket);
          } catch (IOException e) {
            return false;
          }
        });
  }

  private Socket connect(String from) throws IOException {
    URI url = URI.create(node.url());
    return new Socket(url.getHost(), url.getPort(), InetAddress.getByName(from), 0);
  }

  private static boolean answers(Socket socket) throws IOException {
    try {
      socket.getOutputStream().write(RawHttp.bytes("GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"));
      String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return line.equals("HTTP/1.1 200");
    } catch (SocketException closed) {
      return false;
    }
  }
}
