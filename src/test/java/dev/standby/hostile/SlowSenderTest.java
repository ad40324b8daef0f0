package dev.standby.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.RawHttp;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
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
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who sends a request too slowly is cut off, and nobody else is. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class SlowSenderTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String POST =
      "POST /v1/events/known/send HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
  private static final String GET = "GET /v1/events/known HTTP/1.1\r\nHost: h\r\n";

  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node =
        Nodes.start(
            TestPostgres.newDatabase(),
            Map.of(
                "STANDBY_HTTP_HEADER_TIMEOUT_SECS", "1",
                "STANDBY_HTTP_BODY_TIMEOUT_SECS", "2",
                "STANDBY_HTTP_IDLE_TIMEOUT_SECS", "4",
                "STANDBY_STREAM_KEEP_ALIVE_SECS", "3"));
    api = new Api(node.url());
    api.register("known");
  }

  @AfterAll
  static void stop() {
    assertThat(api.get("/v1/events/known").field("status")).isEqualTo("waiting");
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"G", "GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n", "\u0016\u0003"})
  void shouldCutOffAHeadThatComesByteByByte(String beginning) throws IOException {
    String answer = sendSlowly(beginning, "a");

    assertThat(answer).isEmpty();
  }

  @Test
  void shouldCutOffTheHeadOfALaterRequestThatComesByteByByte() throws IOException {
    String answer = sendSlowly(GET + "\r\n" + "GET /v1/events", "a");

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"})
  void shouldSayThatABodyIsLateAndCutItOff(String body) throws IOException {
    String answer = sendSlowly(POST + body, "1\r\n \r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 408 Request Timeout\r\n")
        .contains("\r\nconnection: close\r\n")
        .contains("\"code\":\"request_timeout\"")
        .endsWith("}");
  }

  @Test
  void shouldCutOffABodyThatNobodyReads() throws IOException {
    String answer = sendSlowly(GET + "Content-Length: 1000\r\n\r\n", " ");

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("}");
  }

  @Test
  void shouldLeaveWhoIsIdleBetweenRequestsAlone() throws Exception {
    try (Socket idle = connect();
        Socket slow = connect()) {
      ask(idle, GET + "\r\n");
      // Longer than a head may take.
      write(slow, "G");
      assertThat(slow.getInputStream().read()).isEqualTo(-1);

      ask(idle, GET + "\r\n");
    }
  }

  @Test
  void shouldTakeARequestThatIsSlowAndInTime() throws Exception {
    try (Socket socket = connect();
        Socket head = connect()) {
      write(socket, POST + "Content-Length: 12\r\n\r\n{\"nobody\"");
      // Longer than a head may take, and less than a body.
      write(head, "G");
      assertThat(head.getInputStream().read()).isEqualTo(-1);
      write(socket, ":1}");

      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

      assertThat(answer).isEqualTo("HTTP/1.1 400");
    }
  }

  @Test
  void shouldAnswerAtOnceToABodyThatIsTooLongAndReadNoMoreThanItMust() throws Exception {
    byte[] piece = new byte[64 * 1024];
    long sent = 0;
    try (Socket socket = connect()) {
      write(socket, POST + "Content-Length: 10000000000\r\n\r\n");
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 413");
      try {
        while (sent < 10_000_000_000L) {
          socket.getOutputStream().write(piece);
          sent += piece.length;
        }
      } catch (SocketException closed) {
        assertThat(closed).hasMessageMatching(".*(reset|pipe).*");
      }
    }

    assertThat(sent).isLessThan(100_000_000);
  }

  /** Sends a beginning, and then piece by piece until the node has enough; gives what it says. */
  private static String sendSlowly(String beginning, String piece) throws IOException {
    StringBuilder answer = new StringBuilder();
    try (Socket socket = connect()) {
      socket.setSoTimeout(50);
      write(socket, beginning);
      Await.until(
          "the node cuts it off",
          LIMIT,
          () -> {
            try {
              byte[] read = new byte[4096];
              int length = readOrWait(socket, read);
              if (length > 0) {
                answer.append(new String(read, 0, length, StandardCharsets.UTF_8));
              }
              write(socket, piece);
              return length < 0;
            } catch (IOException e) {
              return true;
            }
          });
    }
    return answer.toString();
  }

  private static int readOrWait(Socket socket, byte[] into) throws IOException {
    try {
      return socket.getInputStream().read(into);
    } catch (java.net.SocketTimeoutException e) {
      return 0;
    }
  }

  private static void ask(Socket socket, String request) throws IOException {
    write(socket, request);
    assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
        .isEqualTo("HTTP/1.1 200");
    socket.getInputStream().skip(socket.getInputStream().available());
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(RawHttp.bytes(text));
  }

  private static Socket connect() throws IOException {
    URI url = URI.create(node.url());
    return new Socket(url.getHost(), url.getPort());
  }
}
