package dev.standby.config;

/**
 * How PostgreSQL is reached.
 *
 * @param url {@code postgresql://user:password@host:port/db}; empty for the embedded PostgreSQL
 * @param pgbouncer whether that is a pooler, which may give each transaction another session
 * @param directUrl past the pooler, for what needs a session; empty when there is no other way
 * @param statementTimeoutSecs after which PostgreSQL gives up a statement; 0 for what is set there
 */
public record PostgresConfig(
    String url, boolean pgbouncer, String directUrl, int statementTimeoutSecs) {
  private static final String FORM = " must be like postgresql://user:password@host:port/db";

  /** Checks every setting. */
  public PostgresConfig {
    checkUrl("database.url", url);
    checkUrl("database.direct_url", directUrl);
    Checks.range("database.statement_timeout_secs", statementTimeoutSecs, 0, 86_400);
  }

  private static void checkUrl(String setting, String url) {
    if (!url.isEmpty() && !url.startsWith("postgresql://") && !url.startsWith("postgres://")) {
      throw new ConfigException("setting " + setting + FORM);
    }
  }

  /** The same for the embedded one, which is there. */
  public PostgresConfig at(String embeddedUrl) {
    return new PostgresConfig(embeddedUrl, false, "", statementTimeoutSecs);
  }

  /** Leaves passwords out. */
  @Override
  public String toString() {
    return "PostgresConfig[" + (pgbouncer ? "pooled" : "direct") + "]";
  }
}
