package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client goes away while the node still asks whether it may come in: nothing is left of it. */
@Timeout(60)
class GoneClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static String database;
  private static Standby node;

  @BeforeAll
  static void start() {
    database = TestPostgres.newDatabase();
    node = Nodes.start(database, Map.of("STANDBY_AUTH", "keys", "STANDBY_STREAM_MAX_STREAMS", "1"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({
    "true, /stream, Accept: text/event-stream",
    "false, /stream, Accept: text/event-stream",
    "true, '', Prefer: wait=300",
    "false, '', Prefer: wait=300"
  })
  void shouldLeaveNoStreamWhenTheClientIsGoneBeforeItBegins(
      boolean reset, String suffix, String header) throws Exception {
    String key = "gone" + suffix + reset + header.length();
    String credentials = Keys.all(node, "shop");
    Api api = new Api(node.url()).with(Keys.all(node, "shop"));
    assertThat(api.register(key).status()).isEqualTo(201);

    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE api_key IN ACCESS EXCLUSIVE MODE");
      int port;
      try (Socket socket = open(Api.path(key) + suffix, credentials, header)) {
        Await.until("the key is looked up", LIMIT, () -> blocked(statement));
        port = socket.getLocalPort();
        socket.setSoLinger(reset, 0);
      }
      Await.until("the node has closed its side", LIMIT, () -> !connected(port));
      connection.rollback();
    }

    Await.until("there is room for a stream", LIMIT, () -> streams(api, key));
  }

  private static Socket open(String path, String credentials, String header) throws IOException {
    URI base = URI.create(node.url());
    Socket socket = new Socket(base.getHost(), base.getPort());
    String request =
        "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n"
            .formatted(path, credentials, header);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return socket;
  }

  /** Whether the node has a connection with a client at that port, as Linux tells. */
  private static boolean connected(int clientPort) {
    String remote = String.format(":%04X ", clientPort);
    String local = String.format(":%04X ", URI.create(node.url()).getPort());
    try {
      for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
        for (String line : Files.readAllLines(Path.of(table))) {
          int at = line.indexOf(local);
          if (at >= 0 && line.indexOf(remote, at + local.length()) >= 0) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean blocked(Statement statement) {
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'api_key'::regclass")) {
      rows.next();
      return rows.getInt(1) > 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean streams(Api api, String key) {
    HttpResponse<InputStream> stream = api.stream(key);
    try {
      stream.body().close();
      return stream.statusCode() == 200;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
