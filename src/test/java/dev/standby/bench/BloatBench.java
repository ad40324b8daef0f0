package dev.standby.bench;

import dev.standby.store.StoreStatements;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.util.List;
import java.util.Locale;

/**
 * How large the table gets by {@code -Dbench.rows} waits that end, beside some that stay, with our
 * settings of autovacuum and with PostgreSQL's own: sizes, dead rows, and how much it was vacuumed.
 * The database vacuums as often as it comes to it; a node has no part in it.
 */
final class BloatBench implements Bench.Benchmark {
  private static final int BATCH = 500;

  /** What waits all the time, and what has ended and is kept. */
  private static final int STAYING = 100_000;

  private static final int LONG = 86_400;
  private static final String PAYLOAD = "{\"ok\":true}";

  @Override
  public void run(Report report) throws InterruptedException {
    int rows = Integer.getInteger("bench.rows", 1_000_000);
    String ours = database();
    String defaults = database();
    TestPostgres.execute(ours, "ALTER SYSTEM SET autovacuum_naptime = '5s'");
    TestPostgres.execute(ours, "SELECT pg_reload_conf()");
    for (String table : tables(defaults)) {
      TestPostgres.execute(
          defaults,
          "ALTER TABLE "
              + table
              + " RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor,"
              + " autovacuum_vacuum_cost_limit)");
    }
    Thread other = new Thread(() -> work(defaults, rows));
    other.start();
    work(ours, rows);
    other.join();
    measure(report, "PostgreSQL's settings", defaults);
    measure(report, "ours", ours);
  }

  private static String database() {
    String url = TestPostgres.newDatabase();
    // Brings the schema.
    Nodes.alone(url).close();
    return url;
  }

  private static List<String> tables(String url) {
    return new Ledger(url)
        .query(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
                + " AND reloptions::text LIKE '%autovacuum%'");
  }

  private static void work(String url, int rows) {
    try (StoreStatements statements = new StoreStatements(url)) {
      for (int i = 0; i < STAYING; i += BATCH) {
        statements.register("bloat", "stay/", i, BATCH, LONG);
      }
      for (int i = 0; i < rows; i += BATCH) {
        statements.register("bloat", "k/", i, BATCH, LONG);
        if (statements.send("bloat", "k/", i, BATCH, PAYLOAD) != BATCH) {
          throw new IllegalStateException("not all were sent");
        }
      }
    }
  }

  private static void measure(Report report, String whose, String url) {
    figure(report, whose, "table", "MB", url, "pg_table_size('event_trigger') / 1e6");
    figure(report, whose, "all indexes", "MB", url, "pg_indexes_size('event_trigger') / 1e6");
    for (String index : List.of("waiting", "due", "list_waiting")) {
      figure(
          report,
          whose,
          "index event_trigger_" + index,
          "MB",
          url,
          "pg_relation_size('event_trigger_" + index + "') / 1e6");
    }
    for (String column : List.of("n_dead_tup", "n_tup_upd", "n_tup_hot_upd", "autovacuum_count")) {
      for (String table : List.of("event_trigger", "event_stats")) {
        figure(
            report,
            whose,
            table + " " + column,
            "",
            url,
            "(SELECT " + column + " FROM pg_stat_user_tables WHERE relname = '" + table + "')");
      }
    }
    figure(report, whose, "event_stats", "MB", url, "pg_total_relation_size('event_stats') / 1e6");
    TestPostgres.execute(url, "VACUUM (FULL, ANALYZE) event_trigger");
    figure(report, whose, "table without bloat", "MB", url, "pg_table_size('event_trigger') / 1e6");
    figure(
        report,
        whose,
        "indexes without bloat",
        "MB",
        url,
        "pg_indexes_size('event_trigger') / 1e6");
  }

  private static void figure(
      Report report, String whose, String what, String unit, String url, String sql) {
    double value = Double.parseDouble(new Ledger(url).query("SELECT " + sql).get(0));
    report.add(String.format(Locale.ROOT, "%s: %s", whose, what), value, unit);
  }
}
