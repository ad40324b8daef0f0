package dev.standby.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.standby.Standby;
import dev.standby.config.ConfigException;
import dev.standby.support.Await;
import dev.standby.support.Certificates;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** HTTPS: what is spoken over it, and what happens when the certificate's files change. */
@Timeout(120)
class TlsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path folder;

  private static Certificates.Pem first;
  private static Certificates.Pem second;
  private static Path certificate;
  private static Path key;
  private static String database;
  private static Standby node;
  private static String authority;
  private static HttpClient client;

  @BeforeAll
  static void start() throws Exception {
    Certificates certificates = new Certificates(folder);
    authority = certificates.authority("authority");
    first = certificates.signed("first", "authority");
    second = certificates.signed("second", "authority");
    certificate = folder.resolve("live.crt");
    key = folder.resolve("live.key");
    replace(first);
    database = TestPostgres.newDatabase();
    node = Nodes.start(database, settings(certificate.toString(), key.toString()));
    client = HttpClient.newBuilder().sslContext(trust(authority)).connectTimeout(LIMIT).build();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldSpeakHttp2AndHttp1OverTls() throws Exception {
    HttpRequest.Builder live = request("/health/live");
    HttpResponse<String> http2 = client.send(live.build(), BodyHandlers.ofString());
    HttpResponse<String> http1 =
        client.send(live.version(HttpClient.Version.HTTP_1_1).build(), BodyHandlers.ofString());

    assertThat(node.url()).startsWith("https://127.0.0.1:");
    assertThat(http2.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(http2.statusCode()).isEqualTo(200);
    assertThat(http1.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(http1.statusCode()).isEqualTo(200);
    assertThat(http1.headers().firstValue("Strict-Transport-Security"))
        .contains("max-age=31536000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void shouldSpeakThatVersion(String version) throws IOException {
    try (SSLSocket socket = connect()) {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();

      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
    }
  }

  @Test
  void shouldUseNewFilesWhileStreamsStayOpenAndKeepTheOldOnesWhileTheNewAreWrong()
      throws Exception {
    ListAppender<ILoggingEvent> log = listen();
    post("/v1/events", "{\"event_key\":\"kept\"}");
    HttpResponse<InputStream> stream =
        client.send(request("/v1/events/kept/stream").build(), BodyHandlers.ofInputStream());
    BufferedReader frames =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
    assertThat(nextData(frames)).contains("\"status\":\"waiting\"");
    assertThat(served()).isEqualTo("CN=first");

    // One file has come and the other has not.
    move(Files.readAllBytes(Path.of(second.certificate())), certificate);
    Await.until("it is noticed", LIMIT, () -> warnings(log) == 1);
    assertThat(served()).isEqualTo("CN=first");

    // Half of it has been written.
    move("-----BEGIN PRIVATE KEY-----\nMIG".getBytes(StandardCharsets.US_ASCII), key);
    assertThat(served()).isEqualTo("CN=first");

    replace(second);
    Await.until("the new certificate is served", LIMIT, () -> served().equals("CN=second"));
    assertThat(warnings(log)).as("warnings").isEqualTo(1);

    post("/v1/events/kept/send", "{\"payload\":1}");
    assertThat(nextData(frames)).contains("\"status\":\"received\"");
    assertThat(stream.version()).isEqualTo(HttpClient.Version.HTTP_2);
  }

  @Test
  void shouldNotStartWithAKeyThatIsAnothersOrWithFilesThatHoldNone() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing\n");

    for (Map<String, String> wrong :
        List.of(
            settings(first.certificate(), second.key()),
            settings(first.certificate(), empty.toString()),
            settings(empty.toString(), first.key()))) {
      assertThatThrownBy(() -> Nodes.start(database, wrong))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("http.tls_certificate")
          .message()
          .doesNotContain("\n");
    }
  }

  private static Map<String, String> settings(String certificate, String key) {
    return Map.of(
        "STANDBY_HTTP_TLS_CERTIFICATE",
        certificate,
        "STANDBY_HTTP_TLS_KEY",
        key,
        // Of a port that is not any, all event loops share one.
        "STANDBY_HTTP_PORT",
        Integer.toString(Nodes.freePort()));
  }

  private static void replace(Certificates.Pem pem) throws IOException {
    move(Files.readAllBytes(Path.of(pem.certificate())), certificate);
    move(Files.readAllBytes(Path.of(pem.key())), key);
  }

  private static void move(byte[] content, Path file) throws IOException {
    Path fresh = Files.write(folder.resolve("fresh"), content);
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whose certificate a new connection is shown. */
  private static String served() {
    try (SSLSocket socket = connect()) {
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects with no memory of earlier connections, whose certificates would be remembered. */
  private static SSLSocket connect() throws IOException {
    URI url = URI.create(node.url());
    return (SSLSocket)
        trust(authority).getSocketFactory().createSocket(url.getHost(), url.getPort());
  }

  private static SSLContext trust(String file) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(node.url() + path)).timeout(LIMIT);
  }

  private static void post(String path, String json) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
  }

  private static String nextData(BufferedReader frames) throws IOException {
    String line = frames.readLine();
    while (!line.startsWith("data: ")) {
      line = frames.readLine();
    }
    return line;
  }

  private static ListAppender<ILoggingEvent> listen() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    ((Logger) LoggerFactory.getLogger("dev.standby.http.ServerCertificate")).addAppender(log);
    return log;
  }

  private static long warnings(ListAppender<ILoggingEvent> log) {
    return log.list.stream().filter(event -> event.getLevel().equals(Level.WARN)).count();
  }
}
