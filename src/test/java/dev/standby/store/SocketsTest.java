package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.TestPostgres;
import dev.standby.support.Wire;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections to a server that says nothing any more. */
@Timeout(30)
@Execution(ExecutionMode.CONCURRENT)
class SocketsTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final StoreContext HOME = new StoreContext(VERTX);
  private static final String DATABASE = TestPostgres.newDatabase();

  private final Wire wire = Wire.open(DATABASE);
  private final Servers servers = new Servers(VERTX, OwnPostgres.reached(wire.url()));

  @AfterEach
  void close() {
    wire.close();
  }

  @AfterAll
  static void stop() {
    Member.get(VERTX.close());
  }

  /** What a statement is at. */
  enum Stage {
    SENT(sql -> sql.query("SELECT 1").execute()),
    PREPARED(sql -> sql.preparedQuery("SELECT $1::text").execute(Tuple.of("x"))),
    /** More than fits into what the operating system keeps for it. */
    HALF_SENT(
        sql ->
            sql.preparedQuery("SELECT length($1::text)").execute(Tuple.of("x".repeat(32 << 20))));

    private final Function<SqlConnection, Future<?>> statement;

    Stage(Function<SqlConnection, Future<?>> statement) {
      this.statement = statement;
    }
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void shouldFailAsLostWhatALaneIsAtWhenItsServerIsLeft(Stage stage) {
    Connection connection = new Connection(servers, true);
    SqlConnection sql = Member.get(HOME.here(() -> StoreContext.got(connection)));
    Member.get(HOME.here(() -> sql.preparedQuery("SELECT length($1::text)").execute(Tuple.of(""))));

    wire.cut();
    Promise<Object> done = Promise.promise();
    HOME.run(() -> stage.statement.apply(sql).<Object>map(rows -> rows).onComplete(done));
    Member.get(HOME.here(this::leave));

    assertLost(done.future());
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void shouldFailAsLostWhatAPoolIsAtWhenItsServerIsLeft(Stage stage) {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Pooled pool = Member.get(HOME.here(() -> Future.succeededFuture(pool(registry))));
    Promise<Void> begun = Promise.promise();
    Promise<Void> silent = Promise.promise();
    Future<Object> done =
        HOME.here(
            () ->
                pool.transaction(
                    sql ->
                        sql.preparedQuery("SELECT length($1::text)")
                            .execute(Tuple.of(""))
                            .onSuccess(prepared -> begun.complete())
                            .compose(prepared -> silent.future())
                            .compose(cut -> stage.statement.apply(sql).map(rows -> rows))));
    Member.get(begun.future());

    wire.cut();
    HOME.run(() -> silent.complete());
    Member.get(HOME.here(this::leave));

    assertLost(done);
    Await.until(
        "none is in use",
        Duration.ofSeconds(5),
        () -> registry.get("standby.database.pool.used").gauge().value() == 0);
  }

  private Pooled pool(SimpleMeterRegistry registry) {
    return new Pooled(VERTX, servers, "test", 1, 10, new StoreMeters(registry));
  }

  private Future<Void> leave() {
    servers.leave(servers.epoch());
    return Future.succeededFuture();
  }

  private static void assertLost(Future<?> done) {
    Throwable failure =
        Member.get(
            done.timeout(5, TimeUnit.SECONDS)
                .transform(result -> Future.succeededFuture(result.cause())));
    assertThat(failure).isNotInstanceOf(TimeoutException.class);
    assertThat(Failures.of(failure)).as("%s", failure).isEqualTo(Failures.LOST);
  }

  @Test
  void shouldReplaceAConnectionOfALaneThatTheNetworkHasForgotten() {
    Connection connection = new Connection(servers, true);
    SqlConnection forgotten = Member.get(HOME.here(() -> StoreContext.got(connection)));

    wire.forget();

    // It is looked after once a second at first.
    Await.until(
        "there is another",
        Duration.ofSeconds(10),
        () -> {
          SqlConnection got =
              Member.get(HOME.here(connection::get).otherwise((SqlConnection) null));
          return got != null && got != forgotten;
        });
    Member.get(HOME.here(connection::close));
  }
}
