package dev.standby.store;

import dev.standby.config.ConfigException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date. Several nodes may do so at once: the first does it, the others
 * wait. A migration's number is higher than all before it, or it would be refused where those have
 * run; a number that is missing is never used any more.
 */
final class Migrations {
  private static final Logger log = LoggerFactory.getLogger(Migrations.class);

  /** {@code server_version_num} of PostgreSQL 14. */
  private static final int MIN_VERSION = 140_000;

  /** PostgreSQL's {@code lock_not_available}. */
  private static final String LOCKED = "55P03";

  /** Between two tries for a lock, nodes that run carry out what has waited behind the first. */
  private static final int PAUSE_SECS = 4;

  private static final int TRIES = 20;

  private Migrations() {}

  /**
   * Migrates the database, without a long wait for anybody who uses it.
   *
   * @return fails with a {@link ConfigException} if it can't be used: away, too old, not in UTF-8,
   *     or a table that is to be changed was in use for more than a minute by one transaction
   */
  static Future<Void> run(Vertx vertx, DatabaseUrl url) {
    return run(vertx, url, TRIES);
  }

  private static Future<Void> run(Vertx vertx, DatabaseUrl url, int tries) {
    return vertx
        .executeBlocking(() -> migrated(url))
        .compose(
            done -> {
              if (done) {
                return Future.succeededFuture();
              }
              if (tries == 1) {
                return Future.failedFuture(inUse(url));
              }
              log.atWarn().log("the schema can't be migrated yet, its tables are in use");
              return vertx
                  .timer(PAUSE_SECS, TimeUnit.SECONDS)
                  .compose(paused -> run(vertx, url, tries - 1));
            });
  }

  /** As {@link #run(Vertx, DatabaseUrl)}, but blocks, and tries once. */
  static void run(DatabaseUrl url) {
    if (!migrated(url)) {
      throw inUse(url);
    }
  }

  private static ConfigException inUse(DatabaseUrl url) {
    return new ConfigException(
        url.setting()
            + ": the schema can't be migrated, as a transaction that lasts uses its tables (a dump,"
            + " a large purge; see pg_stat_activity)");
  }

  /** Whether it is done; it is not if a table that is to be changed is in use. */
  private static boolean migrated(DatabaseUrl url) {
    check(url);
    try {
      Flyway.configure()
          .dataSource(url.jdbc(), url.user(), url.password())
          .locations("classpath:db/migration")
          .table("standby_schema_history")
          .load()
          .migrate();
      return true;
    } catch (FlywayException e) {
      if (locked(e)) {
        return false;
      }
      throw Refused.by(url, e);
    }
  }

  private static boolean locked(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && LOCKED.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  private static void check(DatabaseUrl url) {
    try (Connection connection =
            DriverManager.getConnection(url.jdbc(), url.user(), url.password());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT current_setting('server_version_num')::int,"
                    + " current_setting('server_encoding')")) {
      rows.next();
      if (rows.getInt(1) < MIN_VERSION) {
        throw new ConfigException(url.setting() + ": PostgreSQL 14 or later is needed");
      }
      if (!rows.getString(2).equals("UTF8")) {
        throw new ConfigException(url.setting() + ": the database's encoding must be UTF8");
      }
    } catch (SQLException e) {
      throw Refused.by(url, e);
    }
  }
}
