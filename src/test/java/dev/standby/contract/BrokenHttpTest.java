package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are hardly HTTP are answered with 4xx, and the node goes on. */
@Timeout(60)
class BrokenHttpTest {
  private static final String END = " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

  private static Database database;
  private static Standby node;
  private static Api api;
  private static RawHttp raw;

  @BeforeAll
  static void start() {
    database = Database.create();
    node = Nodes.alone(database.url());
    api = new Api(node.url());
    raw = new RawHttp(node.url());
    api.register("target");
  }

  @AfterAll
  static void stop() {
    assertThat(api.get("/v1/events/target").field("status")).isEqualTo("waiting");
    assertThat(database.count("SELECT count(*) FROM event_trigger")).isEqualTo(1);
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET *",
        "OPTIONS *",
        "GET ?project_id=p",
        "GET #",
        "GET v1",
        "GET http:",
        "GET http://h",
        "GET ://",
        "CONNECT h:80",
        "GET /docs/%zz",
        "GET /docs/%00",
        "GET /docs/..%2f..%2fx",
        "GET /docs/../../../etc/passwd",
        "GET /docs/%2e%2e/docs.js/x",
        "GET /docs/\u00ff",
        "POST /docs/docs.js",
        "GET /console/../main.js",
        "GET /console/%2e%2e/openapi.yaml",
        "POST /console/main.js",
        "GET /%",
        "GET /v1/%65vents%",
        "GET /v1/events/target/..",
        "GET /v1/events/../events",
        "GET /v1/events/./",
        "GET \\v1\\events"
      })
  void shouldRefuseAnOddTarget(String line) {
    RawHttp.Answer answer = raw.send(RawHttp.bytes(line + END));

    assertThat(answer.status()).as(line + ": " + answer.text()).isBetween(400, 499);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\r\n\r\n",
        "GET /v1/events/target HTTP/1.1\r\nHost h\r\n\r\n",
        "GET /v1/events/target HTTP/1.1\r\nBad Name: x\r\n\r\n",
        "GET /v1/events/target HTTP/1.1\r\nX: a\0b\r\n\r\n",
        "GET /v1/events/target FTP/9\r\n\r\n",
        "POST /v1/events/target/send HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n{}",
        "POST /v1/events/target/send HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n{}",
        "POST /v1/events/target/send HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
            + "Content-Length: 3\r\n\r\n{} "
      })
  void shouldRefuseWhatIsNotHttp(String request) {
    RawHttp.Answer answer = raw.send(RawHttp.bytes(request));

    assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
  }

  @Test
  void shouldRefuseARequestLineOrHeadersThatAreTooLong() {
    RawHttp.Answer line = raw.send(RawHttp.bytes("GET /" + "a".repeat(20_000) + END));
    RawHttp.Answer headers =
        raw.send(RawHttp.bytes("GET / HTTP/1.1\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"));

    assertThat(line.status()).as(line.text()).isEqualTo(414);
    assertThat(headers.status()).as(headers.text()).isEqualTo(431);
  }

  @Test
  void shouldTakeTheAbsoluteFormOfATarget() {
    RawHttp.Answer answer = raw.send(RawHttp.bytes("GET http://h/v1/events/target" + END));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  @Test
  void shouldTakeAChunkedBody() {
    RawHttp.Answer answer = chunks("5", "{\"eve", "9", "nt_key\":1", "1", "}", "0");

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.text()).contains("'event_key' must be a string");
  }

  @Test
  void shouldCutOffABodyWhoseChunksAreNone() {
    RawHttp.Answer answer = chunks("zz", "{}", "0");

    assertThat(answer.status()).as(answer.text()).isIn(0, 400);
  }

  @Test
  void shouldNotTakeABodyThatBreaksOff() throws IOException {
    URI uri = URI.create(node.url());
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket
          .getOutputStream()
          .write(
              RawHttp.bytes(
                  "POST /v1/events/target/send HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n"
                      + "Content-Type: application/json\r\n\r\n{}"));
    }

    assertThat(api.get("/v1/events/target").field("status")).isEqualTo("waiting");
  }

  private static RawHttp.Answer chunks(String... lines) {
    return raw.send(
        RawHttp.bytes(
            String.join(
                    "\r\n",
                    "POST /v1/events HTTP/1.1",
                    "Host: h",
                    "Connection: close",
                    "Content-Type: application/json",
                    "Transfer-Encoding: chunked",
                    "",
                    String.join("\r\n", lines))
                + "\r\n\r\n"));
  }
}
