package dev.standby.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.config.HttpConfig;
import dev.standby.config.Settings;
import dev.standby.contract.RawHttp;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a request comes from, and under which name it came, with and without proxies. */
class ClientAddressTest {
  private static Vertx vertx;

  /** Trusts whoever sends from this machine, and a network behind. */
  private static RawHttp behindProxy;

  private static RawHttp open;
  private static int openPort;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    behindProxy = new RawHttp("http://127.0.0.1:" + listen("127.0.0.0/8,10.0.0.0/8,fd00::/8"));
    openPort = listen("192.0.2.1");
    open = new RawHttp("http://127.0.0.1:" + openPort);
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.7|203.0.113.7",
        "203.0.113.7:4711|203.0.113.7",
        "6.6.6.6, 203.0.113.7|203.0.113.7",
        "6.6.6.6,203.0.113.7 ,10.1.2.3,  127.0.0.9|203.0.113.7",
        "not an address, 203.0.113.7|203.0.113.7",
        "2001:db8::7|2001:db8::7",
        "[2001:DB8:0:0::7]:443|2001:db8::7",
        "[2001:db8::7], fd00::1|2001:db8::7",
        "::ffff:203.0.113.7|203.0.113.7",
        "10.0.0.1, 10.0.0.2|10.0.0.1",
        "garbage|127.0.0.1",
        "203.0.113.7, unknown|127.0.0.1",
        "203.0.113.7,|127.0.0.1",
        "203.0.113.999|127.0.0.1",
        "localhost|127.0.0.1",
        "fe80::1%eth0|127.0.0.1",
        "''|127.0.0.1"
      })
  void shouldTakeTheLastThatIsNoTrustedProxy(String header, String client) {
    assertThat(address(behindProxy, "X-Forwarded-For: " + header)).isEqualTo(client);
  }

  @Test
  void shouldReadAllLinesOfTheHeaderAsOne() {
    assertThat(
            address(
                behindProxy,
                "X-Forwarded-For: 6.6.6.6",
                "X-Forwarded-For: 203.0.113.7",
                "x-forwarded-for: 10.0.0.1"))
        .isEqualTo("203.0.113.7");
  }

  @Test
  void shouldTakeTheConnectionsWhenNothingIsForwarded() {
    assertThat(address(behindProxy)).isEqualTo("127.0.0.1");
  }

  @Test
  void shouldNotBelieveWhoIsNoTrustedProxy() {
    assertThat(address(open, "X-Forwarded-For: 203.0.113.7")).isEqualTo("127.0.0.1");
    assertThat(
            origin(open, "h.example", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example"))
        .isEqualTo("http://h.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "standby.example",
        "standby.example:8080",
        "10.0.0.1:65535",
        "[2001:db8::1]",
        "[::1]:8080",
        "a_b-c.example."
      })
  void shouldNameTheHostThatWasAskedFor(String host) {
    assertThat(origin(open, host)).isEqualTo("http://" + host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "user@h.example",
        "h.example/path",
        "h.example?x",
        "h.example#x",
        "h.example:99999",
        "h.example:",
        "h\"x",
        "<script>",
        "a..b",
        "[::zz]",
        "[127.0.0.1]",
        "h%2fx",
        "h'x"
      })
  void shouldNameTheAddressWhenTheHostIsOdd(String host) {
    assertThat(origin(open, host)).isEqualTo("http://127.0.0.1:" + openPort);
    assertThat(origin(behindProxy, "h.example", "X-Forwarded-Host: " + host))
        .isEqualTo("http://h.example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https|public.example|https://public.example",
        "HTTPS|public.example:8443|https://public.example:8443",
        "http, https|evil.example, public.example|https://public.example",
        "ftp|public.example|http://public.example",
        "javascript:|public.example|http://public.example"
      })
  void shouldNameTheHostThatTheProxyWasAskedFor(String proto, String host, String expected) {
    assertThat(
            origin(
                behindProxy,
                "inner.example",
                "X-Forwarded-Proto: " + proto,
                "X-Forwarded-Host: " + host))
        .isEqualTo(expected);
  }

  private static int listen(String proxies) throws Exception {
    HttpConfig config = Settings.load(null, Map.of("STANDBY_HTTP_TRUSTED_PROXIES", proxies)).http();
    ClientAddress clients = new ClientAddress(config);
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .end(clients.of(request) + " " + clients.origin(request) + " "));
    return server.listen(0, "127.0.0.1").await(20, TimeUnit.SECONDS).actualPort();
  }

  private static String address(RawHttp http, String... headers) {
    return answer(http, "h", headers).split(" ", -1)[0];
  }

  private static String origin(RawHttp http, String host, String... headers) {
    return answer(http, host, headers).split(" ", -1)[1];
  }

  private static String answer(RawHttp http, String host, String... headers) {
    String head = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n";
    for (String header : headers) {
      head += header + "\r\n";
    }
    String text = http.send(RawHttp.bytes(head + "\r\n")).text();
    return text.substring(text.indexOf("\r\n\r\n") + 4);
  }
}
