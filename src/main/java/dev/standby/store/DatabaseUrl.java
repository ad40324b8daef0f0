package dev.standby.store;

import dev.standby.config.ConfigException;
import io.vertx.pgclient.PgConnectOptions;
import java.util.Map;
import java.util.TreeMap;

/** A PostgreSQL URL in the forms that our two drivers want. */
record DatabaseUrl(String url) {
  /** Checks that it is a URL; says nothing of what is in it, which may be a password. */
  DatabaseUrl {
    try {
      PgConnectOptions.fromUri(url);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("database.url is not like postgresql://user:password@host:port/db");
    }
  }

  /** How long PostgreSQL may take for one statement before it gives up. */
  private static final String STATEMENT_TIMEOUT = "600s";

  /**
   * How long a transaction may wait for its node, which may have vanished without a word: others
   * wait for what it has locked.
   */
  private static final String SILENCE_TIMEOUT = "10s";

  /** For batches: the plan is known, and must not change with the statistics of a young table. */
  private static final Map<String, String> BATCHES =
      Map.of(
          "plan_cache_mode", "force_generic_plan",
          "enable_seqscan", "off",
          "enable_bitmapscan", "off",
          "enable_hashjoin", "off",
          "enable_mergejoin", "off",
          "jit", "off");

  /**
   * For everything else: a plan for the very parameters, so that filters that are not used cost
   * nothing.
   */
  private static final Map<String, String> QUERIES =
      Map.of("plan_cache_mode", "force_custom_plan", "jit", "off");

  /** For the connection of a lane. */
  PgConnectOptions forBatches() {
    return options(BATCHES);
  }

  /** For the pool. */
  PgConnectOptions forQueries() {
    return options(QUERIES);
  }

  private PgConnectOptions options(Map<String, String> session) {
    PgConnectOptions options = PgConnectOptions.fromUri(url);
    Map<String, String> properties = new TreeMap<>(options.getProperties());
    properties.put("application_name", "standby");
    properties.put("statement_timeout", STATEMENT_TIMEOUT);
    properties.put("idle_in_transaction_session_timeout", SILENCE_TIMEOUT);
    properties.putAll(session);
    return options
        .setProperties(properties)
        .setCachePreparedStatements(true)
        .setPreparedStatementCacheMaxSize(64)
        .setPreparedStatementCacheSqlLimit(Integer.MAX_VALUE);
  }

  /** For JDBC, without user and password. */
  String jdbc() {
    PgConnectOptions options = PgConnectOptions.fromUri(url);
    return "jdbc:postgresql://"
        + options.getHost()
        + ":"
        + options.getPort()
        + "/"
        + options.getDatabase();
  }

  String user() {
    return PgConnectOptions.fromUri(url).getUser();
  }

  String password() {
    return PgConnectOptions.fromUri(url).getPassword();
  }

  /** Leaves user and password out. */
  @Override
  public String toString() {
    return jdbc();
  }
}
