package dev.standby.contract;

import dev.standby.support.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the tests look up, and make old, behind the node's back. */
public record Database(String url) {
  /** A database that is new and empty. */
  public static Database create() {
    return new Database(TestPostgres.newDatabase());
  }

  /** Runs one statement. */
  public void execute(String sql) {
    TestPostgres.execute(url, sql);
  }

  /** The first column of the first row, as text. */
  public String text(String sql) {
    try (Connection connection = TestPostgres.connect(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The first column of the first row, as a number. */
  public long count(String sql) {
    return Long.parseLong(text(sql));
  }

  /** A digest of every row and every count: the same as long as nothing has changed. */
  public String state() {
    return text(
        "SELECT (SELECT count(*) || '/' || coalesce(md5(string_agg(t::text, '' ORDER BY id)), '')"
            + " FROM event_trigger t) || '/' || (SELECT coalesce(md5(string_agg(s::text, '' ORDER"
            + " BY project_id, waiting, received, timed_out, canceled)), '') FROM (SELECT"
            + " project_id, sum(waiting) AS waiting, sum(received) AS received, sum(timed_out) AS"
            + " timed_out, sum(canceled) AS canceled FROM event_stats GROUP BY project_id) s)");
  }
}
