package dev.standby.contract;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Await;
import dev.standby.support.Certificates;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers that take longer than a connection may be idle. */
@Timeout(60)
class SlowAnswerTest {
  private static final List<HttpVersion> VERSIONS =
      List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2);

  @TempDir static Path folder;

  private static Database database;
  private static Standby node;
  private static Vertx vertx;
  private static Map<HttpVersion, HttpClientAgent> clients;

  @BeforeAll
  static void start() {
    Certificates certificates = new Certificates(folder);
    certificates.authority("authority");
    Certificates.Pem pem = certificates.signed("node", "authority");
    database = Database.create();
    node =
        Nodes.start(
            database.url(),
            Map.of(
                "STANDBY_HTTP_TLS_CERTIFICATE",
                pem.certificate(),
                "STANDBY_HTTP_TLS_KEY",
                pem.key(),
                "STANDBY_HTTP_IDLE_TIMEOUT_SECS",
                "2",
                "STANDBY_STREAM_KEEP_ALIVE_SECS",
                "1"));
    vertx = Vertx.vertx();
    clients = VERSIONS.stream().collect(toMap(version -> version, SlowAnswerTest::client));
  }

  @AfterAll
  static void stop() {
    Member.get(vertx.close());
    node.close();
  }

  @Test
  void shouldComeOnTheConnectionThatWaitsForThem() throws SQLException {
    for (HttpVersion version : VERSIONS) {
      assertThat(Member.get(post(version, "/v1/events", "{\"event_key\":\"" + version + "\"}")))
          .isEqualTo(201);
    }
    List<Future<Integer>> answers = new ArrayList<>();
    try (Connection other = TestPostgres.connect(database.url());
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE event_stats IN ACCESS EXCLUSIVE MODE");
      for (HttpVersion version : VERSIONS) {
        answers.add(post(version, "/v1/events/purge", "{\"older_than_days\":1}"));
        answers.add(post(version, "/v1/events/" + version + "/send", "{\"payload\":1}"));
      }
      Await.until("both purges and a send wait", Duration.ofSeconds(20), () -> waiting() >= 3);
      awaitIdleTimeout();
      awaitIdleTimeout();
      assertThat(answers).noneMatch(Future::isComplete);
      other.rollback();
    }

    assertThat(answers).extracting(Member::get).containsOnly(200);
  }

  private static long waiting() {
    return database.count(
        "SELECT count(*) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND wait_event_type = 'Lock'");
  }

  /** Waits until the node has closed a connection that is idle from now on. */
  private static void awaitIdleTimeout() {
    AtomicBoolean closed = new AtomicBoolean();
    Member.get(connect(HttpVersion.HTTP_1_1)).closeHandler(end -> closed.set(true));
    Await.until("the connection is closed", Duration.ofSeconds(20), closed::get);
  }

  private static Future<Integer> post(HttpVersion version, String path, String body) {
    return connect(version)
        .compose(
            connection ->
                connection.request(new RequestOptions().setMethod(HttpMethod.POST).setURI(path)))
        .compose(
            request ->
                request.putHeader("Content-Type", "application/json").send(Buffer.buffer(body)))
        .map(HttpClientResponse::statusCode);
  }

  private static Future<HttpClientConnection> connect(HttpVersion version) {
    URI url = URI.create(node.url());
    return clients
        .get(version)
        .connect(
            new HttpConnectOptions().setHost(url.getHost()).setPort(url.getPort()).setSsl(true));
  }

  private static HttpClientAgent client(HttpVersion version) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setTrustAll(true)
            .setProtocolVersion(version));
  }
}
