package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.contract.Database;
import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A new version's migrations beside nodes that run. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class MigrationsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void shouldNotHoldNodesUpWhileADumpIsUnderWay() throws SQLException {
    Database database = Database.create();
    DatabaseUrl url = OwnPostgres.reached(database.url());
    Migrations.run(url);
    database.execute(
        "ALTER TABLE event_trigger DROP COLUMN traceparent;"
            + " DELETE FROM standby_schema_history WHERE version = '10'");
    Vertx vertx = Vertx.vertx();
    try (Connection dump = TestPostgres.connect(database.url());
        Statement reading = dump.createStatement()) {
      dump.setAutoCommit(false);
      reading.execute("SELECT count(*) FROM event_trigger");

      Future<Void> migrated = Migrations.run(vertx, url);
      Await.until("it waits for the table", LIMIT, () -> waiting(database) == 1);
      // Behind it, and then past it.
      database.execute("DELETE FROM event_trigger");
      assertThat(migrated.isComplete()).isFalse();
      dump.rollback();

      Member.get(migrated);
    }
    Member.get(vertx.close());
    assertThat(database.count("SELECT count(traceparent) FROM event_trigger")).isZero();
  }

  private static long waiting(Database database) {
    return database.count(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
            + " AND relation = 'event_trigger'::regclass"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
  }
}
