package dev.standby.support;

import dev.standby.store.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL for the whole run; each test class takes a database of its own in it. */
public final class TestPostgres {
  private static final AtomicInteger databases = new AtomicInteger();
  private static EmbeddedPostgres server;

  private TestPostgres() {}

  /** The URL of a database that is new and empty. */
  public static synchronized String newDatabase() {
    if (server == null) {
      server = EmbeddedPostgres.start(folder());
      Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
    }
    String name = "test_" + ProcessHandle.current().pid() + "_" + databases.incrementAndGet();
    execute(server.url(), "CREATE DATABASE " + name);
    return server.url().replaceFirst("/postgres$", "/" + name);
  }

  /** Runs one statement. */
  public static void execute(String url, String sql) {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** A JDBC connection to a database whose URL {@link #newDatabase} gave. */
  public static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(
        url.replaceFirst("^postgresql://postgres@", "jdbc:postgresql://"), "postgres", "");
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("standby-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
