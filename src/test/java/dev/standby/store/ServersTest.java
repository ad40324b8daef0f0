package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Await;
import dev.standby.support.Ledger;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.support.Wire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which server is used, and what is said when there is none. */
@Timeout(30)
class ServersTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Vertx VERTX = Vertx.vertx();
  private static final StoreContext HOME = new StoreContext(VERTX);
  private static final String ADMIN = TestPostgres.newDatabase();

  @AfterAll
  static void stop() {
    Member.get(VERTX.close());
  }

  @Test
  void shouldLookOnceForAllThatNeedAServerAndNotAgainForAWhileWhenThereIsNone() {
    String database = TestPostgres.newDatabase();
    readOnly(database, "on");
    Servers servers = new Servers(VERTX, OwnPostgres.reached(database));

    Member.get(HOME.here(() -> all(servers).compose(failed -> all(servers))));

    Await.until("no session is left", LIMIT, () -> open(database) == 0);
    // Of thirty; two, should a pause have come in between.
    assertThat(sessions(database)).isBetween(1L, 2L);
    readOnly(database, "off");
    Await.until(
        "it is found again",
        LIMIT,
        () ->
            Member.get(
                HOME.here(
                    () ->
                        servers
                            .connectForBatches()
                            .compose(PgConnection::close)
                            .map(true)
                            .otherwise(false))));
  }

  /** Fifteen at once; succeeds when all have failed. */
  private static Future<Void> all(Servers servers) {
    return Future.join(
            Stream.concat(
                    Stream.generate(servers::connectForBatches).limit(14),
                    Stream.of(servers.find()))
                .toList())
        .transform(
            done ->
                done.failed()
                    ? Future.succeededFuture()
                    : Future.failedFuture("a server was found"));
  }

  @Test
  void shouldNotWaitLongForServersThatSayNothing() {
    try (Wire first = Wire.silent(ADMIN);
        Wire second = Wire.silent(ADMIN);
        Wire third = new Wire(ADMIN)) {
      Servers servers =
          new Servers(VERTX, OwnPostgres.reached(Wire.url(List.of(first, second, third))));
      Future<Void> connected =
          HOME.here(() -> servers.connectForBatches().compose(PgConnection::close));
      Member.get(VERTX.timer(1500));
      assertThat(connected.isComplete()).isFalse();

      third.open();

      // It has been asked before, and is asked again.
      Member.get(connected.timeout(2, TimeUnit.SECONDS));
    }
  }

  @Test
  void shouldGiveUpAllConnectionsWhenAnotherServerIsFoundInItsPlace() {
    try (Wire first = Wire.open(ADMIN);
        Wire second = Wire.open(ADMIN)) {
      Servers servers = new Servers(VERTX, OwnPostgres.reached(Wire.url(List.of(first, second))));
      Connection connection = new Connection(servers, true);
      Member.get(HOME.here(() -> StoreContext.got(connection)));

      first.cut();
      Await.until(
          "what was found is not believed any more, and the other is found",
          LIMIT,
          () -> Member.get(HOME.here(servers::find)) != null && servers.epoch() == 1);
      Member.get(
          HOME.here(() -> StoreContext.got(connection))
              .compose(sql -> sql.query("SELECT 1").execute()));
      Member.get(HOME.here(connection::close));
    }
  }

  @Test
  void shouldSayWhyTheFirstServerCouldNotBeUsedNotOnlyThatTheLastIsAReplica() {
    String database = TestPostgres.newDatabase();
    readOnly(database, "on");
    int nobody = Nodes.freePort();

    Throwable failure = failure(database, "127.0.0.1:" + nobody, server(database));

    assertThat(failure).hasMessageContaining(":" + nobody);
    assertThat(failure.getSuppressed()).hasSize(1);
    assertThat(failure.getSuppressed()[0]).hasMessageContaining("takes no writes");
  }

  @Test
  void shouldSayWhatAPostgresAnsweredRatherThanThatTheOthersTakeNoWrites() {
    String database = TestPostgres.newDatabase();
    readOnly(database, "on");
    NetServer full = Member.get(full());

    Throwable failure = failure(database, server(database), "127.0.0.1:" + full.actualPort());

    assertThat(failure).isInstanceOf(PgException.class).hasMessageContaining("no room");
  }

  @Test
  void shouldNotLeaveTheServerOfNowWhenAConnectionToTheOneBeforeFailsLate() {
    Servers servers = new Servers(VERTX, OwnPostgres.reached(ADMIN));
    Connection connection = new Connection(servers, true);
    SqlConnection before = Member.get(HOME.here(() -> StoreContext.got(connection)));
    Member.get(HOME.here(() -> left(servers)));
    Member.get(HOME.here(() -> StoreContext.got(connection)));

    Member.get(
        HOME.here(
            () -> {
              connection.drop(before, new PgException("read only", "ERROR", "25006", ""));
              return Future.succeededFuture();
            }));

    assertThat(servers.epoch()).isEqualTo(1);
    Member.get(HOME.here(connection::close));
  }

  private static Future<Void> left(Servers servers) {
    servers.leave(servers.epoch());
    return Future.succeededFuture();
  }

  private static Throwable failure(String database, String... hosts) {
    String url = database.replace(server(database), String.join(",", hosts));
    Servers servers = new Servers(VERTX, OwnPostgres.reached(url));
    return Member.get(
        HOME.here(servers::connectForBatches)
            .transform(connected -> Future.succeededFuture(connected.cause())));
  }

  private static String server(String url) {
    return url.replaceFirst("^.*@", "").replaceFirst("/.*$", "");
  }

  /** A server that is full, as PostgreSQL says it. */
  private static Future<NetServer> full() {
    Buffer fields = Buffer.buffer("SFATAL\0C53300\0Mno room\0\0");
    Buffer answer =
        Buffer.buffer().appendByte((byte) 'E').appendInt(4 + fields.length()).appendBuffer(fields);
    return VERTX
        .createNetServer()
        .connectHandler(socket -> socket.handler(startup -> socket.end(answer)))
        .listen(0, "127.0.0.1");
  }

  private static void readOnly(String database, String value) {
    TestPostgres.execute(
        ADMIN,
        "ALTER DATABASE " + name(database) + " SET default_transaction_read_only = " + value);
  }

  private static String name(String url) {
    return url.substring(url.lastIndexOf('/') + 1);
  }

  private static long open(String database) {
    return number("SELECT count(*) FROM pg_stat_activity WHERE datname = '%s'", database);
  }

  private static long sessions(String database) {
    return number("SELECT sessions FROM pg_stat_database WHERE datname = '%s'", database);
  }

  private static long number(String sql, String database) {
    List<String> rows = new Ledger(ADMIN).query(sql.formatted(name(database)));
    return Long.parseLong(rows.get(0));
  }
}
