package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.contract.Database;
import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
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
    undoTheLast(database);
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

  @Test
  void shouldNotWaitForAnAutovacuum(@TempDir Path folder) {
    try (OwnPostgres postgres =
        OwnPostgres.start(folder, "127.0.0.1", "autovacuum_naptime = 1s\n")) {
      Database database = new Database(postgres.url());
      DatabaseUrl url = OwnPostgres.reached(database.url());
      Migrations.run(url);
      undoTheLast(database);
      // Ten pages a second.
      database.execute(
          "ALTER TABLE event_trigger SET"
              + " (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)");
      database.execute(
          """
          INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type, status, timeout_secs,
            expires_at)
          SELECT 'p', now(), gen_random_uuid(), 'k' || n, 'job_run', 'waiting', 60, now() FROM generate_series(1, 20000) n
          """);
      database.execute("DELETE FROM event_trigger");
      Await.until(
          "it is at the table",
          LIMIT,
          () ->
              database.count(
                      "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                          + " WHERE a.backend_type = 'autovacuum worker' AND l.granted"
                          + " AND l.relation = 'event_trigger'::regclass")
                  > 0);

      // Once, and no more.
      Migrations.run(url);

      assertThat(database.count("SELECT count(traceparent) FROM event_trigger")).isZero();
    }
  }

  private static void undoTheLast(Database database) {
    database.execute(
        "ALTER TABLE event_trigger DROP COLUMN traceparent;"
            + " DELETE FROM standby_schema_history WHERE version = '10'");
  }

  private static long waiting(Database database) {
    return database.count(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
            + " AND relation = 'event_trigger'::regclass"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
  }
}
