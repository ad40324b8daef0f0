package dev.standby.bench;

import dev.standby.store.StoreStatements;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A database with waits in it, and a node over it. */
final class Stage implements AutoCloseable {
  private static final int ROWS_PER_STATEMENT = 2000;

  private final String database;
  private final NodeProcess node;

  Stage() {
    this(Map.of());
  }

  Stage(Map<String, String> settings) {
    database = TestPostgres.newDatabase();
    node = NodeProcess.start(Nodes.environment(database, settings));
  }

  String database() {
    return database;
  }

  NodeProcess node() {
    return node;
  }

  String url() {
    return node.url().toString();
  }

  /** Registers waits with the keys {@code prefix + 0 … count - 1}, by the store's own statement. */
  void register(String project, String prefix, int count, int timeoutSecs) {
    try (StoreStatements statements = new StoreStatements(database)) {
      for (int from = 0; from < count; from += ROWS_PER_STATEMENT) {
        statements.register(
            project, prefix, from, Math.min(ROWS_PER_STATEMENT, count - from), timeoutSecs);
      }
    }
  }

  /** Has PostgreSQL write out what is pending, so that no round pays for the one before. */
  void settle() {
    TestPostgres.execute(database, "CHECKPOINT");
  }

  /** Brings the planner's statistics up to date. */
  void analyze() {
    TestPostgres.execute(database, "VACUUM ANALYZE event_trigger");
  }

  long count(String sql) {
    try (Connection connection = TestPostgres.connect(database);
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Whether a program is there to be run. */
  static boolean installed(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Runs a class of the benchmarks in a process of its own, as {@link #run} runs a program. */
  static String java(Class<?> main, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** Runs a program and returns what it prints; fails if it fails. */
  static String run(String... command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("bench", ".out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + "\n" + Files.readString(out));
    }
    return Files.readString(out);
  }

  @Override
  public void close() {
    node.close();
  }
}
