package dev.standby.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.Standby;
import dev.standby.config.ConfigException;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.Scrape;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The port for those who run a node: what it serves, what it does not, and which one it is. */
class ManagementPortTest {
  private static String database;
  private static Standby node;
  private static Api api;
  private static Api management;

  @BeforeAll
  static void start() {
    database = TestPostgres.newDatabase();
    node = Nodes.start(database, Map.of("STANDBY_AUTH", "keys"));
    api = new Api(node.url());
    management = new Api(node.managementUrl());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldServeMetricsInBothFormatsOfPrometheus() {
    Api.Answer plain = management.get("/metrics");
    Api.Answer open =
        management.send(
            management
                .request("/metrics")
                .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
                .build());

    assertThat(plain.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(Scrape.parse(plain.text()).names()).contains("standby_database_up");
    assertThat(open.header("Content-Type"))
        .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(open.text()).contains("standby_database_up").endsWith("# EOF\n");
  }

  @Test
  void shouldServeHealth() {
    assertThat(management.get("/health/live").status()).isEqualTo(200);
    Api.Answer ready = management.get("/health/ready");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.field("status")).isEqualTo("UP");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1/events", "/v1/me", "/docs", "/openapi.yaml", "/metrics/x"})
  void shouldNotServeTheApi(String path) {
    assertThat(management.get(path).status()).isEqualTo(404);
  }

  @Test
  void shouldOnlyBeRead() {
    assertThat(management.post("/metrics", "{}").status()).isEqualTo(405);
  }

  @Test
  void shouldNotServeMetricsWhereClientsCome() {
    assertThat(api.get("/metrics").status()).isEqualTo(404);
    assertThat(api.get("/health/ready").status()).isEqualTo(200);
  }

  @Test
  void shouldTakeTheNextPortWhenItsOwnIsTaken() {
    String taken = Integer.toString(URI.create(node.managementUrl()).getPort());
    try (Standby next = Nodes.start(database, Map.of("STANDBY_MANAGEMENT_PORT", taken))) {
      assertThat(URI.create(next.managementUrl()).getPort())
          .isBetween(Integer.parseInt(taken) + 1, Integer.parseInt(taken) + 19);
      assertThat(Scrape.of(next).names()).contains("standby_database_up");
    }
  }

  @Test
  void shouldNameTheSettingWhenThereIsNoPortLeft() throws IOException {
    try (ServerSocket last = new ServerSocket(65_535, 1, InetAddress.getLoopbackAddress())) {
      assertThat(last.isBound()).isTrue();
      assertThatThrownBy(
              () -> Nodes.start(database, Map.of("STANDBY_MANAGEMENT_PORT", "65535")).close())
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("management.port");
    }
  }

  @Test
  void shouldServeClientsWithoutIt() {
    try (Standby without = Nodes.start(database, Map.of("STANDBY_MANAGEMENT_ENABLED", "false"))) {
      Api client = new Api(without.url());
      assertThat(client.register("without").status()).isEqualTo(201);
      assertThat(client.post(Api.path("without") + "/send", "{}").status()).isEqualTo(200);
      assertThat(URI.create(without.managementUrl()).getPort()).isZero();
    }
  }

  @Test
  void shouldBeReachedWhenClientsHaveAllConnections() throws IOException {
    try (Standby full = Nodes.start(database, Map.of("STANDBY_HTTP_MAX_CONNECTIONS", "1"));
        Socket only = connect(full);
        Socket refused = connect(full)) {
      assertThat(only.isConnected() && refused.isConnected()).isTrue();
      Await.until(
          "it is refused",
          Duration.ofSeconds(10),
          () -> Scrape.of(full).value("standby_http_connections_refused_total") == 1);
      assertThat(Scrape.of(full).value("standby_http_connections")).isEqualTo(1);
    }
  }

  private static Socket connect(Standby to) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), URI.create(to.url()).getPort());
  }
}
