package dev.standby.bench;

import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The baseline: one durable statement for each event, over a table as lean as can be, by pgbench if
 * it is installed.
 */
final class PgBench {
  private static final int ROWS = 1_000_000;
  private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");
  private static final Pattern LATENCY = Pattern.compile("latency average = ([0-9.]+) ms");

  private final URI database;
  private final Script update;
  private final Script insert;

  /** A statement, for pgbench and for {@link SqlLoad}. */
  private record Script(Path file, String sql) {
    static Script of(String before, String sql, String key) throws IOException {
      Path file = Files.createTempFile("statement", ".sql");
      Files.writeString(file, before + sql.formatted(key) + ";\n");
      return new Script(file, sql.formatted("?"));
    }
  }

  PgBench(String url) throws IOException {
    database = URI.create(url);
    TestPostgres.execute(
        url,
        "CREATE TABLE single (event_key text PRIMARY KEY, status text NOT NULL, payload json,"
            + " received_at timestamptz)");
    TestPostgres.execute(
        url,
        "INSERT INTO single SELECT 'k' || g, 'waiting' FROM generate_series(1, " + ROWS + ") g");
    TestPostgres.execute(url, "CREATE SEQUENCE single_key START " + (ROWS + 1));
    TestPostgres.execute(url, "VACUUM ANALYZE single");
    update =
        Script.of(
            "\\set id random(1, " + ROWS + ")\n",
            "UPDATE single SET status = 'received', payload = '{\"ok\": true}',"
                + " received_at = now() WHERE event_key = %s RETURNING *",
            "'k' || :id");
    insert =
        Script.of(
            "",
            "INSERT INTO single VALUES ('k' || nextval('single_key'), 'waiting') RETURNING *",
            "");
  }

  /** The best rate of single-row updates a second, over 1, 16 and 64 clients. */
  double bestUpdates(int seconds) throws IOException, InterruptedException {
    return best(update, seconds);
  }

  /** The best rate of single-row inserts a second, over 1, 16 and 64 clients. */
  double bestInserts(int seconds) throws IOException, InterruptedException {
    return best(insert, seconds);
  }

  /** The mean time of an update by one client, in milliseconds. */
  double loneUpdateMillis(int seconds) throws IOException, InterruptedException {
    return figure(LATENCY, run(update, 1, seconds));
  }

  private double best(Script script, int seconds) throws IOException, InterruptedException {
    double best = 0;
    for (int clients : new int[] {1, 16, 64}) {
      best = Math.max(best, figure(TPS, run(script, clients, seconds)));
    }
    return best;
  }

  private String run(Script script, int clients, int seconds)
      throws IOException, InterruptedException {
    if (!Stage.installed("pgbench")) {
      return Stage.java(
          SqlLoad.class,
          database.toString(),
          Integer.toString(clients),
          Integer.toString(seconds),
          script.sql(),
          Integer.toString(ROWS));
    }
    return Stage.run(
        "pgbench",
        "-n",
        "-M",
        "prepared",
        "-f",
        script.file().toString(),
        "-c",
        Integer.toString(clients),
        "-T",
        Integer.toString(seconds),
        "-h",
        database.getHost(),
        "-p",
        Integer.toString(database.getPort()),
        "-U",
        "postgres",
        database.getPath().substring(1));
  }

  private static double figure(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException(output);
    }
    return Double.parseDouble(matcher.group(1));
  }
}
