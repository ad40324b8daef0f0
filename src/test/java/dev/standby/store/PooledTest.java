package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pool tells what waits for it, and loses nothing of that when its server is left. */
@Timeout(30)
class PooledTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Context HOME = VERTX.getOrCreateContext();
  private static final String DATABASE = TestPostgres.newDatabase();

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private Servers servers;

  @AfterAll
  static void stop() {
    Member.get(VERTX.close());
  }

  private Pooled pool(String url) {
    servers = new Servers(VERTX, OwnPostgres.reached(url));
    return new Pooled(VERTX, servers, "test", 1, 10, new StoreMeters(registry));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDoOnceOnTheNewServerWhatWaitedForTheOld(boolean transaction) {
    Pooled pool = pool(DATABASE);
    Promise<Void> using = Promise.promise();
    Promise<Void> end = Promise.promise();
    AtomicInteger begun = new AtomicInteger();
    Promise<Integer> waited = Promise.promise();
    HOME.runOnContext(
        on -> {
          pool.with(
              sql -> {
                using.complete();
                return end.future();
              });
          Function<SqlConnection, Future<Integer>> work =
              sql -> {
                begun.incrementAndGet();
                return sql.query("SELECT 7")
                    .execute()
                    .map(rows -> rows.iterator().next().getInteger(0));
              };
          (transaction ? pool.transaction(work) : pool.with(work)).onComplete(waited);
        });
    Member.get(using.future());
    assertThat(gauge("waiting")).isEqualTo(1);
    assertThat(gauge("used")).isEqualTo(1);

    HOME.runOnContext(on -> servers.leave(servers.epoch()));

    assertThat(Member.get(waited.future())).isEqualTo(7);
    assertThat(begun).hasValue(1);
    end.complete();
    assertThat(gauge("waiting")).isZero();
    close(pool);
  }

  @Test
  void shouldNotDoAnyMoreWhatWaitsWhenItIsClosed() {
    Pooled pool = pool(DATABASE);
    Promise<Void> using = Promise.promise();
    Promise<Void> waited = Promise.promise();
    HOME.runOnContext(
        on -> {
          pool.with(
              sql -> {
                using.complete();
                return Promise.<Void>promise().future();
              });
          pool.with(sql -> Future.<Void>succeededFuture()).onComplete(waited);
        });
    Member.get(using.future());
    assertThat(pool.closed()).isFalse();

    close(pool);

    assertThatThrownBy(() -> Member.get(waited.future())).hasMessageContaining("Pool closed");
    assertThat(pool.closed()).isTrue();
    assertThat(gauge("waiting")).isZero();
  }

  @Test
  void shouldCountNoneAsWaitingWhoseConnectionCouldNotBeHad() {
    Pooled pool = pool("postgresql://postgres@127.0.0.1:" + Nodes.freePort() + "/postgres");

    assertThatThrownBy(() -> Member.get(here(pool))).isInstanceOf(Exception.class);

    assertThat(gauge("waiting")).isZero();
    assertThat(gauge("used")).isZero();
    assertThat(gauge("size")).isEqualTo(1);
    close(pool);
  }

  private static Future<Void> here(Pooled pool) {
    Promise<Void> done = Promise.promise();
    HOME.runOnContext(on -> pool.with(sql -> Future.<Void>succeededFuture()).onComplete(done));
    return done.future();
  }

  private static void close(Pooled pool) {
    Promise<Void> done = Promise.promise();
    HOME.runOnContext(on -> pool.close().onComplete(done));
    Member.get(done.future());
  }

  private double gauge(String name) {
    return registry.get("standby.database.pool." + name).tag("pool", "test").gauge().value();
  }
}
