package dev.standby.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings: the defaults, the file over them, the environment over both, and no mistakes. */
class SettingsTest {
  @TempDir private Path folder;

  @Test
  void shouldHaveTheDefaultsOfTheContract() {
    Settings settings = Settings.load(null, Map.of());

    assertThat(settings.http().host()).isEqualTo("127.0.0.1");
    assertThat(settings.http().port()).isEqualTo(8080);
    assertThat(settings.http().maxBodyBytes()).isEqualTo(1024 * 1024);
    assertThat(settings.database().embedded()).isTrue();
    assertThat(settings.database().prefixLimit()).isEqualTo(100_000);
    assertThat(settings.cluster().enabled()).isTrue();
    assertThat(settings.stream().keepAliveSecs()).isEqualTo(15);
    assertThat(settings.access().auth()).isEmpty();
  }

  @Test
  void shouldPreferTheFileToTheDefaults() {
    Settings settings =
        Settings.load(
            file("http:\n  port: 9090\ncluster:\n  members: [a:1, 'b:2']\nstop_secs: 7\n"),
            Map.of());

    assertThat(settings.http().port()).isEqualTo(9090);
    assertThat(settings.http().host()).isEqualTo("127.0.0.1");
    assertThat(settings.cluster().members()).containsExactly("a:1", "b:2");
    assertThat(settings.stopSecs()).isEqualTo(7);
  }

  @Test
  void shouldPreferTheEnvironmentToTheFile() {
    Settings settings =
        Settings.load(
            file("http:\n  port: 9090\n  event_loops: 3\n"), Map.of("STANDBY_HTTP_PORT", "9191"));

    assertThat(settings.http().port()).isEqualTo(9191);
    assertThat(settings.http().eventLoops()).isEqualTo(3);
  }

  @Test
  void shouldTakeAnEmptyFile() {
    assertThat(Settings.load(file(""), Map.of())).isEqualTo(Settings.load(null, Map.of()));
    assertThat(Settings.load(file("# nothing\n"), Map.of()))
        .isEqualTo(Settings.load(null, Map.of()));
  }

  @Test
  void shouldPassOverWhatTheCommandLineIsTold() {
    Map<String, String> environment =
        Map.of(
            "STANDBY_URL", "http://127.0.0.1:8080",
            "STANDBY_API_KEY", "sb_x",
            "STANDBY_PROJECT", "shop",
            "STANDBY_CA_FILE", "ca.crt");

    assertThat(Settings.load(null, environment)).isEqualTo(Settings.load(null, Map.of()));
  }

  @Test
  void shouldTakeEverySettingFromTheEnvironment() throws IOException {
    Map<String, String> defaults = new TreeMap<>();
    try (InputStream in = Settings.class.getResourceAsStream("/standby.yaml")) {
      flatten("STANDBY", new YAMLMapper().readTree(in), defaults);
    }
    Settings before = Settings.load(null, Map.of());
    String pem = file("").toString();
    Map<String, String> busTls =
        Map.of(
            "STANDBY_EVENTBUS_TLS_CERTIFICATE", pem,
            "STANDBY_EVENTBUS_TLS_KEY", pem,
            "STANDBY_EVENTBUS_TLS_AUTHORITY", pem);
    Map<String, String> httpTls =
        Map.of("STANDBY_HTTP_TLS_CERTIFICATE", pem, "STANDBY_HTTP_TLS_KEY", pem);
    Map<String, String> oidc =
        Map.of(
            "STANDBY_AUTH", "keys",
            "STANDBY_AUTH_JWKS_URL", "https://issuer.example.com/jwks",
            "STANDBY_AUTH_ISSUER", "https://issuer.example.com",
            "STANDBY_AUTH_AUDIENCE", "standby");

    for (Map.Entry<String, String> setting : defaults.entrySet()) {
      Map<String, String> environment =
          setting.getKey().contains("_TLS_")
              // All of a room's or none.
              ? setting.getKey().contains("_HTTP_") ? httpTls : busTls
              : setting.getKey().equals("STANDBY_AUTH_JWKS_URL")
                  ? oidc
                  : Map.of(setting.getKey(), other(setting.getValue(), setting.getKey()));

      assertThat(changed(Settings.load(null, environment)))
          .as(setting.getKey())
          .isNotEqualTo(changed(before));
    }
    assertThat(defaults)
        .containsKeys(
            "STANDBY_HTTP_HOST",
            "STANDBY_HTTP_PORT",
            "STANDBY_DATABASE_URL",
            "STANDBY_DATA_DIR",
            "STANDBY_CLUSTER_ENABLED",
            "STANDBY_CLUSTER_MEMBERS",
            "STANDBY_CLUSTER_HOST",
            "STANDBY_CLUSTER_PORT",
            "STANDBY_EVENTBUS_PORT",
            "STANDBY_AUTH");
  }

  @ParameterizedTest
  @CsvSource({
    "STANDBY_HTTP_PORT, 65536, http.port",
    "STANDBY_HTTP_PORT, -1, http.port",
    "STANDBY_HTTP_PORT, eighty, http.port",
    "STANDBY_HTTP_PORT, '', http.port",
    "STANDBY_HTTP_PORT, 80.5, http.port",
    "STANDBY_HTTP_PORT, 99999999999, http.port",
    "STANDBY_HTTP_HOST, '', http.host",
    "STANDBY_HTTP_HOST, no such host, http.host",
    "STANDBY_MANAGEMENT_ENABLED, perhaps, management.enabled",
    "STANDBY_MANAGEMENT_HOST, '', management.host",
    "STANDBY_MANAGEMENT_PORT, -1, management.port",
    "STANDBY_MANAGEMENT_PORT, 65536, management.port",
    "STANDBY_HTTP_EVENT_LOOPS, 0, http.event_loops",
    "STANDBY_HTTP_MAX_BODY_BYTES, 1, http.max_body_bytes",
    "STANDBY_HTTP_IDLE_TIMEOUT_SECS, 0, http.idle_timeout_secs",
    "STANDBY_HTTP_HEADER_TIMEOUT_SECS, 0, http.header_timeout_secs",
    "STANDBY_HTTP_BODY_TIMEOUT_SECS, 0, http.body_timeout_secs",
    "STANDBY_HTTP_MAX_UNFINISHED_BYTES, 0, http.max_unfinished_bytes",
    "STANDBY_HTTP_MAX_CONNECTIONS, 0, http.max_connections",
    "STANDBY_HTTP_MAX_CONNECTIONS_PER_ADDRESS, -1, http.max_connections_per_address",
    "STANDBY_HTTP_TLS_CERTIFICATE, conf/standby.yaml, http.tls_key",
    "STANDBY_HTTP_TLS_KEY, conf/standby.yaml, http.tls_certificate",
    "STANDBY_HTTP_TRUSTED_PROXIES, proxy.example, http.trusted_proxies",
    "STANDBY_HTTP_TRUSTED_PROXIES, 10.0.0.0/33, http.trusted_proxies",
    "STANDBY_HTTP_TRUSTED_PROXIES, 10.0.0/8, http.trusted_proxies",
    "STANDBY_HTTP_TRUSTED_PROXIES, fe80::1%eth0, http.trusted_proxies",
    "STANDBY_HTTP_TRUSTED_PROXIES, ::/129, http.trusted_proxies",
    "STANDBY_HTTP_TRUSTED_PROXIES, '10.0.0.1,', http.trusted_proxies",
    "STANDBY_HTTP_CORS_ORIGINS, app.example, http.cors_origins",
    "STANDBY_HTTP_CORS_ORIGINS, https://app.example/, http.cors_origins",
    "STANDBY_HTTP_CORS_ORIGINS, 'https://a.example,null', http.cors_origins",
    "STANDBY_EVENTBUS_TLS_KEY, conf/standby.yaml, eventbus.tls_authority",
    "STANDBY_DATABASE_URL, mysql://h/d, database.url",
    "STANDBY_DATABASE_DIRECT_URL, mysql://h/d, database.direct_url",
    "STANDBY_DATABASE_PGBOUNCER, perhaps, database.pgbouncer",
    "STANDBY_DATABASE_STATEMENT_TIMEOUT_SECS, -1, database.statement_timeout_secs",
    "STANDBY_DATABASE_POOL_SIZE, 0, database.pool_size",
    "STANDBY_DATABASE_MAX_QUEUED, 0, database.max_queued",
    "STANDBY_DATABASE_MAX_BATCH, 10001, database.max_batch",
    "STANDBY_DATABASE_RETRY_MILLIS, -1, database.retry_millis",
    "STANDBY_DATABASE_PREFIX_LIMIT, 0, database.prefix_limit",
    "STANDBY_DATA_DIR, '', data.dir",
    "STANDBY_CLUSTER_ENABLED, yes, cluster.enabled",
    "STANDBY_CLUSTER_HOST, ' ', cluster.host",
    "STANDBY_CLUSTER_PORT, 0, cluster.port",
    "STANDBY_EVENTBUS_PORT, 70000, eventbus.port",
    "STANDBY_TIMEOUT_TICK_MILLIS, 9, timeout.tick_millis",
    "STANDBY_TIMEOUT_MAX_BATCH, 0, timeout.max_batch",
    "STANDBY_WEBHOOKS_ALLOWED_NETWORKS, 10.0.0.0/33, webhooks.allowed_networks",
    "STANDBY_WEBHOOKS_MAX_CONCURRENT, 0, webhooks.max_concurrent",
    "STANDBY_STREAM_KEEP_ALIVE_SECS, 0, stream.keep_alive_secs",
    "STANDBY_STREAM_KEEP_ALIVE_SECS, 31, stream.keep_alive_secs",
    "STANDBY_STREAM_CATCH_UP_MILLIS, 99, stream.catch_up_millis",
    "STANDBY_STREAM_MAX_STREAMS, 0, stream.max_streams",
    "STANDBY_STOP_SECS, 0, stop_secs",
    "STANDBY_LOG_FORMAT, xml, log.format",
    "STANDBY_TRACING_OTLP_ENDPOINT, collector:4318, tracing.otlp_endpoint",
    "STANDBY_TRACING_OTLP_ENDPOINT, grpc://collector:4317, tracing.otlp_endpoint",
    "STANDBY_TRACING_OTLP_HEADERS, authorization, tracing.otlp_headers",
    "STANDBY_TRACING_SAMPLE_RATIO, 1.1, tracing.sample_ratio",
    "STANDBY_TRACING_SAMPLE_RATIO, NaN, tracing.sample_ratio",
    "STANDBY_TRACING_SAMPLE_RATIO, tenth, tracing.sample_ratio",
    "STANDBY_RETENTION_DAYS, -1, retention.days",
    "STANDBY_RETENTION_PROJECTS, payments, retention.projects",
    "STANDBY_RETENTION_PROJECTS, payments=, retention.projects",
    "STANDBY_RETENTION_PROJECTS, payments=36501, retention.projects",
    "STANDBY_AUTH, key, auth",
    "STANDBY_AUTH_JWKS_URL, ftp://h/jwks, auth_jwks_url",
    "STANDBY_AUTH_JWKS_URL, https://h/jwks, auth_jwks_url",
    "STANDBY_HTTP_PUBLIC_URL, standby.example.com, http.public_url",
    "STANDBY_HTTP_PUBLIC_URL, https://h/, http.public_url",
    "STANDBY_AUTH, NONE, auth",
  })
  void shouldNameTheSettingWhenItsValueIsWrong(String variable, String value, String setting) {
    assertStops(() -> Settings.load(null, Map.of(variable, value)).checkServing(), setting);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STANDBY_HTTP_PROT",
        "STANDBY_PORTS",
        "STANDBY_",
        "STANDBY_http_port_",
        "STANDBY_X"
      })
  void shouldNameTheVariableWhenItIsUnknown(String variable) {
    assertStops(() -> Settings.load(null, Map.of(variable, "1")), variable);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http: { prot: 1 }|http.prot",
        "nothing: 1|nothing",
        "http: 8080|http",
        "http: { port: { value: 1 } }|http.port.value",
        "http: { port: many }|http.port",
        "database: { url: [a, b] }|database.url"
      })
  void shouldNameTheSettingWhenTheFileHasItWrong(String yaml, String setting) {
    assertStops(() -> Settings.load(file(yaml), Map.of()), setting);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http: [", "\tx: 1", "just text", "- a", "a: b: c"})
  void shouldNameTheFileWhenItIsNoMapOfSettings(String yaml) {
    assertStops(() -> Settings.load(file(yaml), Map.of()), "standby");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void shouldWantItSaidThatAnybodyMayDoEverythingWhenNotOnLoopback(String host) {
    Settings unsaid = Settings.load(null, Map.of("STANDBY_HTTP_HOST", host));
    assertStops(unsaid::checkServing, "STANDBY_AUTH=none");

    Settings.load(null, Map.of("STANDBY_HTTP_HOST", host, "STANDBY_AUTH", "none")).checkServing();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
  void shouldNotAskOnLoopback(String host) {
    assertThatCode(Settings.load(null, Map.of("STANDBY_HTTP_HOST", host))::checkServing)
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"15, 15", "30, 20"})
  void shouldWantStreamsToShowThatTheyLiveBeforeTheyCountAsIdle(String keepAlive, String idle) {
    Map<String, String> environment =
        Map.of("STANDBY_STREAM_KEEP_ALIVE_SECS", keepAlive, "STANDBY_HTTP_IDLE_TIMEOUT_SECS", idle);

    assertStops(() -> Settings.load(null, environment), "stream.keep_alive_secs");
  }

  @Test
  void shouldIgnoreWhatKubernetesPutsIntoTheEnvironment() {
    Map<String, String> links =
        Map.of(
            "STANDBY_SERVICE_HOST", "10.0.0.1",
            "STANDBY_SERVICE_PORT", "8080",
            "STANDBY_SERVICE_PORT_HTTP", "8080",
            "STANDBY_PORT", "tcp://10.0.0.1:8080",
            "STANDBY_PORT_8080_TCP", "tcp://10.0.0.1:8080",
            "STANDBY_PORT_8080_TCP_PROTO", "tcp",
            "STANDBY_PORT_8080_TCP_ADDR", "10.0.0.1",
            "PATH", "/bin");

    assertThat(Settings.load(null, links)).isEqualTo(Settings.load(null, Map.of()));
  }

  @Test
  void shouldNotShowThePassword() {
    Settings settings =
        Settings.load(null, Map.of("STANDBY_DATABASE_URL", "postgresql://u:secret@h:1/d"));

    assertThat(settings.toString()).doesNotContain("secret");
  }

  private static void assertStops(Runnable load, String named) {
    assertThatThrownBy(load::run)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(named)
        .message()
        .doesNotContain("\n");
  }

  private static void flatten(String name, JsonNode node, Map<String, String> flat) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              e -> flatten(name + "_" + e.getKey().toUpperCase(Locale.ROOT), e.getValue(), flat));
    } else {
      flat.put(name, node.asText());
    }
  }

  /** Another value that the setting may have. */
  private static String other(String value, String variable) {
    return switch (variable) {
      case "STANDBY_AUTH" -> "none";
      case "STANDBY_HTTP_PUBLIC_URL" -> "https://standby.example.com";
      case "STANDBY_AUTH_ISSUER",
          "STANDBY_AUTH_AUDIENCE",
          "STANDBY_AUTH_PROJECT_CLAIM",
          "STANDBY_AUTH_SCOPE_CLAIM" ->
          "x";
      case "STANDBY_DATABASE_URL", "STANDBY_DATABASE_DIRECT_URL" -> "postgresql://h/d";
      case "STANDBY_DATABASE_PGBOUNCER" -> "true";
      case "STANDBY_DATA_DIR" -> "elsewhere";
      case "STANDBY_CLUSTER_MEMBERS" -> "h:1";
      case "STANDBY_LOG_FORMAT" -> "json";
      case "STANDBY_TRACING_OTLP_ENDPOINT" -> "https://collector:4318";
      case "STANDBY_TRACING_OTLP_HEADERS" -> "authorization=Bearer x=y";
      case "STANDBY_TRACING_SAMPLE_RATIO" -> "0.5";
      case "STANDBY_RETENTION_PROJECTS" -> "payments=30,a=b=0";
      case "STANDBY_HTTP_TRUSTED_PROXIES", "STANDBY_WEBHOOKS_ALLOWED_NETWORKS" -> "10.0.0.0/8,::1";
      case "STANDBY_HTTP_CORS_ORIGINS" -> "https://app.example:8443";
      case "STANDBY_CLUSTER_ENABLED", "STANDBY_AUDIT_ENABLED", "STANDBY_MANAGEMENT_ENABLED" ->
          "false";
      case "STANDBY_HTTP_HOST", "STANDBY_CLUSTER_HOST", "STANDBY_MANAGEMENT_HOST" -> "127.0.0.2";
      case "STANDBY_CLUSTER_KUBERNETES_SERVICE" -> "standby.svc";
      default -> Integer.toString(Integer.parseInt(value) + 1);
    };
  }

  /** All settings; the database's own text leaves its parts out. */
  private static List<Object> changed(Settings settings) {
    PostgresConfig postgres = settings.database().postgres();
    return List.of(settings, postgres.url(), postgres.directUrl(), postgres.statementTimeoutSecs());
  }

  private Path file(String yaml) {
    try {
      return Files.writeString(folder.resolve("standby.yaml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
