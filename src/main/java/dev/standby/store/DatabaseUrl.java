package dev.standby.store;

import static java.util.stream.Collectors.joining;

import dev.standby.config.ConfigException;
import dev.standby.config.PostgresConfig;
import io.vertx.pgclient.PgConnectOptions;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PostgreSQL URL as libpq has it, in the forms that our two drivers want. It may name several
 * servers, of which the one counts that takes writes.
 */
final class DatabaseUrl {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<scheme>postgres(ql)?://)(?<user>[^@/?]*@)?(?<servers>[^@/?]*)(?<database>/[^?]*)?"
              + "(\\?(?<parameters>.*))?");

  /** What else a URL may say. */
  private static final Set<String> PARAMETERS =
      Set.of("search_path", "options", "user", "password", "dbname", "application_name");

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

  private final String setting;
  private final boolean pooled;
  private final int statementTimeoutSecs;
  private final ServerTls tls;
  private final Map<String, String> parameters;
  private final List<PgConnectOptions> servers;

  /**
   * Checks that it is a URL; says nothing of what is in it, which may be a password.
   *
   * @param setting what it is called in messages
   * @param pooled whether it is PgBouncer's, in transaction mode
   */
  private DatabaseUrl(String setting, String url, boolean pooled, int statementTimeoutSecs) {
    Matcher parts = FORM.matcher(url);
    if (!parts.matches()) {
      throw malformed(setting);
    }
    this.setting = setting;
    this.pooled = pooled;
    this.statementTimeoutSecs = statementTimeoutSecs;
    this.parameters = parameters(setting, parts.group("parameters"));
    this.tls = ServerTls.take(setting, parameters);
    takeAttributes(setting);
    parameters.keySet().stream()
        .filter(name -> !PARAMETERS.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new ConfigException(setting + ": unknown parameter " + name);
            });
    this.servers =
        Arrays.stream(parts.group("servers").split(",", -1))
            .map(server -> options(setting, parts, server))
            .toList();
  }

  /** How nodes reach PostgreSQL. */
  static DatabaseUrl of(PostgresConfig config) {
    return new DatabaseUrl(
        "database.url", config.url(), config.pgbouncer(), config.statementTimeoutSecs());
  }

  /** Past a pooler if there is one and a way past it, for what needs a session. */
  static DatabaseUrl direct(PostgresConfig config) {
    return config.directUrl().isEmpty()
        ? of(config)
        : new DatabaseUrl(
            "database.direct_url", config.directUrl(), false, config.statementTimeoutSecs());
  }

  private static ConfigException malformed(String setting) {
    return new ConfigException(setting + " is not like postgresql://user:password@host:port/db");
  }

  private static Map<String, String> parameters(String setting, String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (text != null) {
      for (String each : text.split("&", -1)) {
        int at = each.indexOf('=');
        if (at > 0) {
          parameters.put(each.substring(0, at), decode(setting, each.substring(at + 1)));
        } else if (!each.isEmpty()) {
          throw malformed(setting);
        }
      }
    }
    return parameters;
  }

  private static String decode(String setting, String text) {
    try {
      // A plus is a plus here.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed(setting);
    }
  }

  private void takeAttributes(String setting) {
    String wanted = parameters.remove("target_session_attrs");
    if (wanted != null && !wanted.equals("read-write") && !wanted.equals("primary")) {
      throw new ConfigException(
          setting + ": target_session_attrs can only be read-write or primary");
    }
  }

  private PgConnectOptions options(String setting, Matcher parts, String server) {
    PgConnectOptions options;
    try {
      options =
          PgConnectOptions.fromUri(
              parts.group("scheme").replace("postgres://", "postgresql://")
                  + nullToEmpty(parts.group("user"))
                  + server
                  + nullToEmpty(parts.group("database")));
    } catch (IllegalArgumentException e) {
      throw malformed(setting);
    }
    options.setUser(parameters.getOrDefault("user", options.getUser()));
    options.setPassword(parameters.getOrDefault("password", options.getPassword()));
    options.setDatabase(parameters.getOrDefault("dbname", options.getDatabase()));
    tls.apply(options);
    return options
        // A pooler gives each transaction another session: none of them knows a prepared statement.
        .setPipeliningLimit(pooled ? 1 : PgConnectOptions.DEFAULT_PIPELINING_LIMIT)
        .setCachePreparedStatements(!pooled)
        .setPreparedStatementCacheMaxSize(64)
        .setPreparedStatementCacheSqlLimit(Integer.MAX_VALUE);
  }

  private static String nullToEmpty(String text) {
    return text == null ? "" : text;
  }

  /** What it is called in messages. */
  String setting() {
    return setting;
  }

  /** Whether a session lasts only as long as a transaction. */
  boolean pooled() {
    return pooled;
  }

  /** For the connection of a lane, to each of the servers. */
  List<PgConnectOptions> forBatches() {
    return with(BATCHES);
  }

  /** For everything else, to each of the servers. */
  List<PgConnectOptions> forQueries() {
    return with(QUERIES);
  }

  private List<PgConnectOptions> with(Map<String, String> session) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("client_encoding", "utf8");
    properties.put("DateStyle", "ISO");
    properties.put("application_name", parameters.getOrDefault("application_name", "standby"));
    for (String name : List.of("search_path", "options")) {
      if (parameters.containsKey(name)) {
        properties.put(name, parameters.get(name));
      }
    }
    // A pooler refuses them: its sessions are everybody's.
    if (!pooled) {
      properties.put("idle_in_transaction_session_timeout", SILENCE_TIMEOUT);
      if (statementTimeoutSecs > 0) {
        properties.put("statement_timeout", statementTimeoutSecs + "s");
      }
      properties.putAll(session);
    }
    return servers.stream()
        // Copying loses whether there is a proxy.
        .map(
            server ->
                new PgConnectOptions(server).setProperties(properties).setUseLayer7Proxy(pooled))
        .toList();
  }

  /** For JDBC, without user and password. */
  String jdbc() {
    Map<String, String> properties = new TreeMap<>(tls.jdbc());
    properties.put("ApplicationName", parameters.getOrDefault("application_name", "standby"));
    properties.put("targetServerType", "primary");
    if (parameters.containsKey("search_path")) {
      properties.put("currentSchema", parameters.get("search_path"));
    }
    if (parameters.containsKey("options")) {
      properties.put("options", parameters.get("options"));
    }
    if (pooled) {
      properties.put("prepareThreshold", "0");
    }
    return "jdbc:"
        + this
        + properties.entrySet().stream()
            .map(each -> each.getKey() + "=" + encode(each.getValue()))
            .collect(joining("&", "?", ""));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  String user() {
    return servers.get(0).getUser();
  }

  String password() {
    return servers.get(0).getPassword();
  }

  /** Leaves user, password and parameters out. */
  @Override
  public String toString() {
    return servers.stream()
        .map(server -> host(server.getHost()) + ":" + server.getPort())
        .collect(joining(",", "postgresql://", "/" + encode(servers.get(0).getDatabase())));
  }

  private static String host(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }
}
