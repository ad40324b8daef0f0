package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.contract.Database;
import dev.standby.support.Member;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.Test;

/** The answers that are kept are deleted a day later. */
class AnswersTest {
  @Test
  void shouldDeleteAllThatIsVoidAndNothingElse() {
    Database database = Database.create();
    DatabaseUrl url = OwnPostgres.reached(database.url());
    Migrations.run(url);
    database.execute(
        "INSERT INTO idempotency SELECT 'p', sha256(n::text::bytea), '', '', now() - CASE WHEN n <="
            + " 2500 THEN interval '24 hours' ELSE interval '23 hours' END"
            + " FROM generate_series(1, 2510) n");
    Vertx vertx = Vertx.vertx();
    Pooled pool =
        new Pooled(
            vertx,
            new Servers(vertx, url),
            "test",
            1,
            1,
            new StoreMeters(new SimpleMeterRegistry()));

    Member.get(new Answers(vertx, pool, 1).deleteVoid());
    Member.get(pool.close());
    Member.get(vertx.close());

    assertThat(database.count("SELECT count(*) FROM idempotency")).isEqualTo(10);
  }
}
