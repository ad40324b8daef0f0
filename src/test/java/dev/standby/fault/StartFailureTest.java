package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.standby.Standby;
import dev.standby.config.ConfigException;
import dev.standby.config.Settings;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A node that can't start says so in one line that names the setting, and ends with exit code 1; it
 * neither hangs nor prints a stack trace. Processes of their own show that where a file, the
 * database, the network and the cluster are what is wrong; elsewhere the reason is enough.
 */
@Execution(ExecutionMode.CONCURRENT)
class StartFailureTest {
  private static final int LIMIT_SECS = 30;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          STANDBY_HTTP_PORT          | eighty                   | http.port
          STANDBY_HTTP_PORT          | 70000                    | http.port
          STANDBY_CLUSTER_ENABLED    | perhaps                  | cluster.enabled
          STANDBY_DATABASE_URL       | mysql://localhost/db     | database.url
          STANDBY_DATABASE_MAX_BATCH | 0                        | database.max_batch
          STANDBY_AUTH               | key                      | auth
          STANDBY_HTTP_HOST          | 0.0.0.0                  | STANDBY_AUTH=none
          STANDBY_HTTP_HOST          | no.such.host.invalid     | http.host
          """)
  void shouldNameTheSettingWhenItIsBad(String variable, String value, String named) {
    assertThatThrownBy(() -> Settings.load(null, Map.of(variable, value)).checkServing())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(named)
        .extracting(Throwable::getMessage, STRING)
        .doesNotContain("\n");
  }

  @Test
  void shouldNameTheSettingWhenItIsOutOfRange() {
    assertThat(complaintOf(Map.of("STANDBY_HTTP_PORT", "70000"))).contains("http.port", "70000");
  }

  @Test
  void shouldNameTheVariableWhenItIsUnknown() {
    assertThat(complaintOf(Map.of("STANDBY_HTPP_PORT", "8080"))).contains("STANDBY_HTPP_PORT");
  }

  @Test
  void shouldNameTheDatabaseWhenItsUrlIsNone() {
    assertThat(complaintOf(Map.of("STANDBY_DATABASE_URL", "postgresql://u:hush@[x/y")))
        .contains("database.url")
        .doesNotContain("hush");
  }

  @Test
  void shouldNameTheSettingWhenTheFileHasAnUnknownOne() throws IOException {
    Files.createDirectory(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/standby.yaml"), "http:\n  prot: 8080\n");

    assertThat(lastWordsOf(Map.of())).contains("http.prot", "standby.yaml");
  }

  @Test
  void shouldNameTheFileWhenItIsNotYaml() throws IOException {
    Files.createDirectory(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/standby.yaml"), "http: [\n");

    assertThat(complaintOf(Map.of())).contains("standby.yaml", "line");
  }

  @Test
  void shouldNameTheDataFolderWhenItCannotBeOne() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    String complaint =
        complaintOf(Map.of("STANDBY_DATABASE_URL", "", "STANDBY_DATA_DIR", file.toString()));

    assertThat(complaint).contains("data.dir");
  }

  @Test
  void shouldNameTheDatabaseWhenNobodyListens() {
    String url = "postgresql://joe:hush@127.0.0.1:" + Nodes.freePort() + "/db";

    assertThat(lastWordsOf(Map.of("STANDBY_DATABASE_URL", url)))
        .contains("database.url")
        .doesNotContain("hush");
  }

  @Test
  void shouldNameTheDatabaseWhenItDoesNotExist() {
    String url = TestPostgres.newDatabase() + "_that_is_not_there";

    assertThat(complaintOf(Map.of("STANDBY_DATABASE_URL", url))).contains("database.url");
  }

  @Test
  void shouldNameTheDatabaseWhenThePasswordIsWrong() throws SQLException, IOException {
    String url = TestPostgres.newDatabase();
    String role = "joe_" + ProcessHandle.current().pid();
    try (Connection connection = TestPostgres.connect(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'right'");
      try (ResultSet rows = statement.executeQuery("SHOW hba_file")) {
        rows.next();
        Path rules = Path.of(rows.getString(1));
        Files.writeString(
            rules, "host all " + role + " 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
      }
      statement.execute("SELECT pg_reload_conf()");
    }

    String complaint =
        complaintOf(Map.of("STANDBY_DATABASE_URL", url.replace("postgres@", role + ":wrong@")));

    assertThat(complaint).contains("database.url", "password").doesNotContain("wrong");
  }

  @Test
  void shouldNameThePortWhenItIsTaken() throws IOException {
    String url = TestPostgres.newDatabase();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      assertThat(lastWordsOf(Map.of("STANDBY_DATABASE_URL", url, "STANDBY_HTTP_PORT", port)))
          .contains("http.port", port);
    }
  }

  @Test
  void shouldNameTheAddressWhenItIsNotOfThisMachine() {
    Map<String, String> elsewhere =
        Map.of(
            "STANDBY_DATABASE_URL", TestPostgres.newDatabase(),
            "STANDBY_HTTP_HOST", "192.0.2.1",
            "STANDBY_AUTH", "none");

    assertThat(complaintOf(elsewhere)).contains("http.host", "192.0.2.1");
  }

  @Test
  void shouldNameTheClusterAddressWhenItIsNotOfThisMachine() {
    Map<String, String> elsewhere =
        Map.of(
            "STANDBY_DATABASE_URL", TestPostgres.newDatabase(),
            "STANDBY_CLUSTER_ENABLED", "true",
            "STANDBY_CLUSTER_HOST", "192.0.2.1");

    assertThat(lastWordsOf(elsewhere)).contains("cluster.host", "192.0.2.1");
  }

  /** Why a node does not start with those settings, and that file if it is there; in one line. */
  private String complaintOf(Map<String, String> settings) {
    Path file = folder.resolve("conf/standby.yaml");
    Throwable refusal =
        catchThrowable(
            () ->
                Standby.start(
                        Settings.load(Files.exists(file) ? file : null, environment(settings)))
                    .close());
    assertThat(refusal).isInstanceOf(ConfigException.class);
    assertThat(refusal.getMessage()).doesNotContain("\n", "Exception");
    return refusal.getMessage();
  }

  private static Map<String, String> environment(Map<String, String> settings) {
    Map<String, String> environment =
        new HashMap<>(Map.of("STANDBY_HTTP_PORT", "0", "STANDBY_CLUSTER_ENABLED", "false"));
    environment.putAll(settings);
    return environment;
  }

  /**
   * What the process of a node says that does not start with those settings: its one line on
   * standard error.
   */
  private String lastWordsOf(Map<String, String> settings) {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    try {
      Process node =
          NodeProcess.command(environment(settings))
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      boolean ended = node.waitFor(LIMIT_SECS, TimeUnit.SECONDS);
      node.destroyForcibly();
      assertThat(ended).as("ended by itself\n%s", Files.readString(out)).isTrue();
      assertThat(node.exitValue()).isEqualTo(1);
      assertThat(Files.readString(out)).doesNotContain("\tat ");
      assertThat(Files.readString(err).strip().lines().toList())
          .singleElement()
          .asString()
          .startsWith("Standby cannot start: ")
          .doesNotContain("Exception");
      return Files.readString(err);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
