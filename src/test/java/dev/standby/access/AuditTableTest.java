package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.Standby;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Keys;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The table of the audit log: append-only, a partition for each day, an ordinary role's. */
@Timeout(60)
class AuditTableTest {
  private static final String ROLE = "standby_owner_" + ProcessHandle.current().pid();
  private static final String PASSWORD = "open-sesame";
  private static final Map<String, String> ENVIRONMENT =
      Map.of("STANDBY_AUTH", "keys", "STANDBY_AUDIT_RETENTION_DAYS", "30");
  private static final String PARTITIONS =
      "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit'::regclass ORDER BY 1";

  private static String database;
  private static Ledger ledger;
  private static Standby node;
  private static Api api;

  /** The node's role owns its database, and is no superuser. */
  @BeforeAll
  static void start() {
    database = TestPostgres.newDatabase();
    String name = database.substring(database.lastIndexOf('/') + 1);
    TestPostgres.execute(database, "CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + PASSWORD + "'");
    TestPostgres.execute(database, "ALTER DATABASE " + name + " OWNER TO " + ROLE);
    ledger = new Ledger(database);
    node = startNode();
    api = new Api(node.url()).with(Keys.all(node, "shop"));
  }

  private static Standby startNode() {
    return Nodes.start(database.replace("postgres@", ROLE + ":" + PASSWORD + "@"), ENVIRONMENT);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void writeAnEntry() {
    api.register("entry");
    api.delete("/v1/events/entry");
  }

  @Test
  void shouldWorkAsAnOrdinaryOwnerOfItsDatabase() {
    assertThat(ledger.query("SELECT rolsuper FROM pg_roles WHERE rolname = '" + ROLE + "'"))
        .containsExactly("f");
    assertThat(api.register("own-1").status()).isEqualTo(201);
    assertThat(api.register("own-2").status()).isEqualTo(201);
    try (SseReader stream = SseReader.open(api, "own-1")) {
      assertThat(stream.next().status()).isEqualTo("waiting");
      assertThat(api.post("/v1/events/own-1/send", "{}").status()).isEqualTo(200);
      assertThat(stream.next().status()).isEqualTo("received");
    }
    String url = api.post("/v1/events/own-2/callback", "").field("url");
    assertThat(new Api("").post(url, "{}").status()).isEqualTo(200);
    api.register("own-3");
    assertThat(api.post("/v1/events/prefix/own-/send", "{}").field("resolved")).isEqualTo("1");
    assertThat(api.get("/v1/events").status()).isEqualTo(200);
    assertThat(api.get("/v1/events/stats").status()).isEqualTo(200);
    assertThat(api.post("/v1/events/purge", "{\"older_than_days\":1}").status()).isEqualTo(200);
    assertThat(api.get("/v1/keys").status()).isEqualTo(200);
    assertThat(api.get("/v1/audit").json().path("data")).hasSizeGreaterThan(6);
    try (Standby second = startNode()) {
      assertThat(new Api(second.url()).get("/health/ready").status()).isEqualTo(200);
    }
  }

  @Test
  void shouldRefuseEveryChangeEvenToASuperuser() {
    List<String> before = ledger.query("SELECT a::text FROM audit a ORDER BY id");
    for (String table : tables()) {
      for (String change : changes(table)) {
        assertThatThrownBy(() -> TestPostgres.execute(database, change))
            .as(change)
            .rootCause()
            .hasMessageContaining("append-only");
      }
    }
    assertThat(ledger.query("SELECT a::text FROM audit a ORDER BY id")).isEqualTo(before);
  }

  @Test
  void shouldRefuseEveryChangeToItsOwner() throws SQLException {
    try (Connection owner = connectAsOwner();
        Statement statement = owner.createStatement()) {
      for (String table : tables()) {
        for (String change : changes(table)) {
          assertThatThrownBy(() -> statement.execute(change))
              .as(change)
              .hasMessageContaining("permission denied");
        }
      }
    }
  }

  @Test
  void shouldTakeThePrivilegesToChangeItFromItsOwner() {
    for (String privilege : new String[] {"UPDATE", "DELETE", "TRUNCATE", "SELECT", "INSERT"}) {
      for (String table : tables()) {
        String may =
            "SELECT has_table_privilege('%s', '%s', '%s')".formatted(ROLE, table, privilege);
        assertThat(ledger.query(may))
            .as(may)
            .containsExactly(List.of("SELECT", "INSERT").contains(privilege) ? "t" : "f");
      }
    }
  }

  @Test
  void shouldMakeTheDaysAheadOnTwoConnectionsAtOnce() {
    List<String> days = ledger.query(PARTITIONS);
    assertThat(days).contains(day(0), day(1), day(2), day(3));
    for (int round = 0; round < 10; round++) {
      for (int ahead = 1; ahead <= 3; ahead++) {
        TestPostgres.execute(database, "DROP TABLE " + day(ahead));
      }

      CompletableFuture.allOf(
              CompletableFuture.runAsync(() -> asOwner("SELECT audit_prepare()")),
              CompletableFuture.runAsync(() -> asOwner("SELECT audit_prepare()")))
          .join();

      assertThat(ledger.query(PARTITIONS)).isEqualTo(days);
    }
  }

  @Test
  void shouldRefuseForNowWhatCannotBeWrittenAsItsDayIsNotThere() {
    api.register("no-day");
    for (int ahead = 0; ahead <= 3; ahead++) {
      TestPostgres.execute(database, "DROP TABLE " + day(ahead));
    }

    Api.Answer refused = api.delete("/v1/events/no-day");

    assertThat(refused.status()).as(refused.text()).isEqualTo(503);
    assertThat(refused.field("detail")).contains("nothing has been done");
    assertThat(api.get("/v1/events/no-day").field("status")).isEqualTo("waiting");
    asOwner("SELECT audit_prepare()");
    assertThat(api.delete("/v1/events/no-day").status()).isEqualTo(200);
  }

  @Test
  void shouldDropTheDaysThatAreTooOldAndNoOthers() {
    for (int age : new int[] {29, 30, 31, 400}) {
      makeDay(-age);
    }

    assertThat(asOwnerQuery("SELECT audit_retain(30)")).isEqualTo("2");

    assertThat(ledger.query(PARTITIONS))
        .contains(day(-29), day(-30), day(0), day(3))
        .doesNotContain(day(-31), day(-400));
    assertThat(asOwnerQuery("SELECT audit_retain(30)")).isEqualTo("0");
    asOwner("SELECT audit_retain(1)");
  }

  @Test
  void shouldDropWhatIsTooOldWhenANodeStarts() {
    makeDay(-32);

    try (Standby second = startNode()) {
      Await.until(
          "the day is dropped",
          Duration.ofSeconds(10),
          () -> !ledger.query(PARTITIONS).contains(day(-32)));
      assertThat(new Api(second.url()).get("/health/live").status()).isEqualTo(200);
    }
    assertThat(api.get("/v1/audit").json().path("data")).isNotEmpty();
  }

  /** The table, and the partition that has entries. */
  private static List<String> tables() {
    return List.of("audit", day(0));
  }

  private static List<String> changes(String table) {
    return List.of(
        "UPDATE " + table + " SET actor = 'nobody'",
        "UPDATE " + table + " SET at = at + interval '1 day'",
        "DELETE FROM " + table,
        "TRUNCATE " + table,
        "MERGE INTO %s a USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE".formatted(table));
  }

  private static String day(int ahead) {
    return "audit_" + date(ahead).format(DateTimeFormatter.BASIC_ISO_DATE);
  }

  private static LocalDate date(int ahead) {
    return LocalDate.now(ZoneOffset.UTC).plusDays(ahead);
  }

  /** Makes a day with an entry in it. */
  private static void makeDay(int ahead) {
    asOwner(
        "CREATE TABLE %s PARTITION OF audit FOR VALUES FROM ('%s 00:00Z') TO ('%s 00:00Z')"
            .formatted(day(ahead), date(ahead), date(ahead + 1)));
    asOwner(
        "INSERT INTO audit (at, project_id, actor, action) VALUES ('%s 12:00Z', 'old', 'x', 'y')"
            .formatted(date(ahead)));
  }

  private static void asOwner(String sql) {
    try (Connection connection = connectAsOwner();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static String asOwnerQuery(String sql) {
    try (Connection connection = connectAsOwner();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static Connection connectAsOwner() throws SQLException {
    return DriverManager.getConnection(
        database.replaceFirst("^postgresql://postgres@", "jdbc:postgresql://"), ROLE, PASSWORD);
  }
}
