package dev.standby.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.bus.Webhooks;
import dev.standby.bus.Webhooks.Attempt;
import dev.standby.bus.Webhooks.Tried;
import dev.standby.config.AddressRanges;
import dev.standby.support.Await;
import dev.standby.support.Certificates;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.SourceType;
import dev.standby.trigger.Status;
import dev.standby.trigger.Terms;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One call each: where it goes, where it does not, and what is made of the strangest answers. */
@Timeout(60)
class CallsTest {
  /** By the transport that nodes have, whose failures are others than Java's. */
  private static final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  /** For those that don't answer; the others have more time than they need. */
  private static final long IMPATIENT_MILLIS = 500;

  private static final long PATIENT_MILLIS = 20_000;
  private static final Webhooks.Secrets SECRETS =
      new Webhooks.Secrets(
          "p",
          List.of(
              new Webhooks.Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Instant.EPOCH, null)));
  private static final String NOT_HTTP = "the connection broke, or what was answered is not HTTP";

  @AfterAll
  static void stop() {
    Member.get(vertx.close());
  }

  @Test
  void shouldDialTheVeryAddressThatWasCheckedWhateverTheNameSaysLater() throws Exception {
    int port = Nodes.freePort();
    Deque<String> answers = new ArrayDeque<>(List.of("127.0.0.2", "127.0.0.1", "127.0.0.2"));
    AtomicInteger asked = new AtomicInteger();
    Destinations.Resolver changing =
        host -> {
          asked.incrementAndGet();
          assertThat(host).isEqualTo("rebind.example");
          return Future.succeededFuture(List.of(address(answers.poll())));
        };
    try (Receiver good = Receiver.open("127.0.0.2", port);
        Receiver bad = Receiver.open("127.0.0.1", port)) {
      Calls calls = calls(changing, "127.0.0.2/32", new HttpClientOptions());
      String url = "http://rebind.example:" + port + "/";

      Tried first = call(calls, url);
      assertThat(first.state()).isEqualTo(Delivery.State.DELIVERED);
      assertThat(asked.get()).as("looked up once for a call").isEqualTo(1);
      assertThat(good.calls().get(0).header("host")).isEqualTo("rebind.example:" + port);

      // The connection to the first is open still, and must not be taken.
      assertThat(call(calls, url).error()).isEqualTo("the address is not allowed");
      assertThat(call(calls, url).state()).isEqualTo(Delivery.State.DELIVERED);
      assertThat(good.calls()).hasSize(2);
      assertThat(bad.calls()).isEmpty();
    }
  }

  @Test
  void shouldRefuseANameOneOfWhoseAddressesIsNotAllowed() {
    try (Receiver receiver = Receiver.open()) {
      Destinations.Resolver both =
          host -> Future.succeededFuture(List.of(address("127.0.0.1"), address("10.0.0.1")));

      Tried tried =
          call(
              calls(both, "127.0.0.0/8", new HttpClientOptions()),
              "http://both.example:" + receiver.port());

      assertThat(tried.error()).isEqualTo("the address is not allowed");
      assertThat(tried.state())
          .as("names change: it is tried again")
          .isEqualTo(Delivery.State.PENDING);
      assertThat(receiver.calls()).isEmpty();
    }
  }

  @Test
  void shouldTryTheNextAddressWhenOneDoesNotTakeTheConnection() {
    int port = Nodes.freePort();
    try (Receiver receiver = Receiver.open("127.0.0.3", port)) {
      Destinations.Resolver several =
          host ->
              Future.succeededFuture(
                  List.of(address("127.0.0.1"), address("127.0.0.2"), address("127.0.0.3")));

      Tried tried =
          call(
              calls(several, "127.0.0.0/8", new HttpClientOptions()),
              "http://several.example:" + port);

      assertThat(tried.state()).isEqualTo(Delivery.State.DELIVERED);
      assertThat(receiver.calls()).hasSize(1);
    }
  }

  /**
   * Nobody has a connection to a multicast address: the system says so at once, and asks nobody.
   */
  @Test
  void shouldTryTheNextAddressWhenThereIsNoWayToOne() {
    try (Receiver receiver = Receiver.open()) {
      Deque<List<InetAddress>> answers =
          new ArrayDeque<>(
              List.of(
                  List.of(address("224.0.0.1"), address("127.0.0.1")),
                  List.of(address("224.0.0.1"))));
      Calls calls =
          calls(
              host -> Future.succeededFuture(answers.poll()), "0.0.0.0/0", new HttpClientOptions());
      String url = "http://dual.example:" + receiver.port();

      assertThat(call(calls, url).state()).isEqualTo(Delivery.State.DELIVERED);
      assertThat(receiver.calls()).hasSize(1);
      assertThat(call(calls, url).error()).isEqualTo("the host does not take the connection");
    }
  }

  @Test
  void shouldSayThatAHostIsNotThere() {
    Destinations.Resolver nothing =
        host -> Future.failedFuture(new UnknownHostException("10.1.2.3 says no"));

    Tried tried = call(calls(nothing, "127.0.0.0/8", new HttpClientOptions()), "http://no.example");

    assertThat(tried.error()).isEqualTo("the host can't be found");
  }

  @Test
  void shouldNotWaitForANameServerThatDoesNotAnswer() {
    Tried tried =
        call(
            impatient(host -> Promise.<List<InetAddress>>promise().future()),
            "http://slow.example");

    assertThat(tried.error()).isEqualTo("no answer within 15 seconds");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "\0\1\2\3\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 two hundred\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"
      })
  void shouldSurviveWhatIsNotHttp(String garbage) throws IOException {
    try (RawServer server = RawServer.saying(garbage, false)) {
      Tried tried = call(loopback(), server.url());

      assertThat(tried.state()).isEqualTo(Delivery.State.PENDING);
      assertThat(tried.error()).isEqualTo(NOT_HTTP);
    }
  }

  @Test
  void shouldSurviveHeadersWithoutEnd() throws IOException {
    try (RawServer server =
        RawServer.saying("HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000), true)) {
      Tried tried = call(loopback(), server.url());

      assertThat(tried.state()).isEqualTo(Delivery.State.PENDING);
      assertThat(tried.status()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nX: y\r\n"})
  void shouldNotWaitLongForWhoDoesNotFinishItsAnswer(String begun) throws IOException {
    try (RawServer server = RawServer.saying(begun, true)) {
      Tried tried = call(impatient(Destinations.resolver(vertx)), server.url());

      assertThat(tried.error()).isEqualTo("no answer within 15 seconds");
      server.awaitGone();
    }
  }

  @Test
  void shouldTakeAStatusForTheAnswerAndNotReadABodyWithoutEnd() throws IOException {
    try (RawServer server =
        RawServer.saying(
            "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + "x".repeat(200_000), true)) {
      Tried tried = call(loopback(), server.url());

      assertThat(tried.state()).as("%s", tried).isEqualTo(Delivery.State.DELIVERED);
      server.awaitGone();
    }
  }

  @Test
  void shouldWantTheCertificateOfTheHostThatTheUrlNames(@TempDir Path folder) {
    Certificates certificates = new Certificates(folder);
    String authority = certificates.authority("authority");
    Certificates.Pem pem = certificates.signed("hooks", "authority", "dns:hooks.example");
    HttpServer server =
        Member.get(
            vertx
                .createHttpServer(
                    new HttpServerOptions()
                        .setSsl(true)
                        .setSni(true)
                        .setKeyCertOptions(
                            new PemKeyCertOptions()
                                .addCertPath(pem.certificate())
                                .addKeyPath(pem.key())))
                .requestHandler(
                    request ->
                        request
                            .response()
                            .setStatusCode(
                                "hooks.example".equals(request.connection().indicatedServerName())
                                    ? 200
                                    : 500)
                            .end())
                .listen(0, "127.0.0.1"));
    HttpClientOptions trusting =
        new HttpClientOptions().setTrustOptions(new PemTrustOptions().addCertPath(authority));
    Destinations.Resolver here = host -> Future.succeededFuture(List.of(address("127.0.0.1")));
    String port = ":" + server.actualPort() + "/";

    Tried right = call(calls(here, "127.0.0.0/8", trusting), "https://hooks.example" + port);
    Tried another =
        call(
            calls(here, "127.0.0.0/8", new HttpClientOptions(trusting)),
            "https://other.example" + port);
    Tried unknown =
        call(calls(here, "127.0.0.0/8", new HttpClientOptions()), "https://hooks.example" + port);

    assertThat(right.status()).as("%s", right).isEqualTo(200);
    for (Tried refused : List.of(another, unknown)) {
      assertThat(refused.error())
          .isEqualTo("no TLS connection: the certificate is not trusted, or not the host's");
    }
  }

  private static Calls loopback() {
    return calls(Destinations.resolver(vertx), "127.0.0.0/8", new HttpClientOptions());
  }

  private static Calls calls(
      Destinations.Resolver resolver, String allowed, HttpClientOptions options) {
    return calls(resolver, allowed, options, PATIENT_MILLIS);
  }

  private static Calls impatient(Destinations.Resolver resolver) {
    return calls(resolver, "127.0.0.0/8", new HttpClientOptions(), IMPATIENT_MILLIS);
  }

  private static Calls calls(
      Destinations.Resolver resolver, String allowed, HttpClientOptions options, long millis) {
    return new Calls(
        vertx,
        new Destinations(resolver, new AddressRanges("test", List.of(allowed))),
        options,
        8,
        millis);
  }

  private static Tried call(Calls calls, String url) {
    Instant now = Instant.now();
    EventTrigger trigger =
        new EventTrigger(
            UUID.randomUUID(),
            "k",
            "p",
            SourceType.JOB_RUN,
            null,
            null,
            null,
            Status.CANCELED,
            null,
            null,
            60,
            now,
            now,
            now.plusSeconds(60),
            new Terms(null, null, null, url, null),
            "bus",
            null);
    Attempt attempt =
        new Attempt(UUID.randomUUID(), "p", 1, url, "http://any", now, now, 0, trigger);
    return Member.get(
        Future.future(
            promise ->
                vertx.runOnContext(any -> calls.make(attempt, SECRETS).onComplete(promise))));
  }

  private static InetAddress address(String text) {
    return AddressRanges.parse(text);
  }

  /** Says something, whatever it is asked; then it says no more, and stays or goes. */
  private static final class RawServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final Thread thread;
    private volatile boolean gone;

    private RawServer(byte[] said, boolean stays) throws IOException {
      thread =
          new Thread(
              () -> {
                try (Socket client = socket.accept()) {
                  byte[] buffer = new byte[64 * 1024];
                  int read = client.getInputStream().read(buffer);
                  if (read > 0) {
                    client.getOutputStream().write(said);
                    client.getOutputStream().flush();
                  }
                  while (stays && client.getInputStream().read(buffer) >= 0) {
                    Arrays.fill(buffer, (byte) 0);
                  }
                } catch (IOException e) {
                  // The other side has cut it off.
                }
                gone = true;
              });
      thread.start();
    }

    static RawServer saying(String text, boolean stays) throws IOException {
      return new RawServer(text.getBytes(StandardCharsets.ISO_8859_1), stays);
    }

    String url() {
      return "http://127.0.0.1:" + socket.getLocalPort() + "/";
    }

    void awaitGone() {
      Await.until("the connection is closed", Receiver.SOON, () -> gone);
    }

    @Override
    public void close() throws IOException {
      socket.close();
      thread.interrupt();
    }
  }
}
