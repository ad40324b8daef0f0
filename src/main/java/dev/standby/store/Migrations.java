package dev.standby.store;

import dev.standby.config.ConfigException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings the schema up to date. Several nodes may do so at once: the first does it, the others
 * wait.
 */
final class Migrations {
  /** {@code server_version_num} of PostgreSQL 14. */
  private static final int MIN_VERSION = 140_000;

  private Migrations() {}

  /**
   * Migrates the database; blocks.
   *
   * @throws ConfigException if it can't be used: away, too old, not in UTF-8
   */
  static void run(DatabaseUrl url) {
    check(url);
    try {
      Flyway.configure()
          .dataSource(url.jdbc(), url.user(), url.password())
          .locations("classpath:db/migration")
          .table("standby_schema_history")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw Refused.by(url, e);
    }
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
