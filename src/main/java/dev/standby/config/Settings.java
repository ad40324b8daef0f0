package dev.standby.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * All settings of a node: the packaged defaults, then {@code conf/standby.yaml} in the working
 * directory, then the environment ({@code http.max_body_bytes} is {@code
 * STANDBY_HTTP_MAX_BODY_BYTES}).
 *
 * @param stopSecs how long an orderly stop may take, in seconds
 */
public record Settings(
    int stopSecs,
    AccessConfig access,
    LimitsConfig limits,
    HttpConfig http,
    ManagementConfig management,
    DatabaseConfig database,
    ClusterConfig cluster,
    TimeoutConfig timeout,
    WebhookConfig webhooks,
    StreamConfig stream,
    FeedConfig feed,
    TracingConfig tracing,
    RetentionConfig retention,
    LogConfig log) {
  private static final Path FILE = Path.of("conf", "standby.yaml");
  private static final String ENVIRONMENT_PREFIX = "STANDBY_";

  /** What Kubernetes puts into the environment of every pod beside a service named standby. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("STANDBY_(SERVICE_(HOST|PORT)|PORT)(_.*)?");

  /** What the command line is told of the node that it asks; no setting of a node. */
  private static final Set<String> COMMAND_LINE =
      Set.of("STANDBY_URL", "STANDBY_API_KEY", "STANDBY_PROJECT", "STANDBY_CA_FILE");

  /** Checks what concerns more than one room. */
  public Settings {
    Checks.range("stop_secs", stopSecs, 1, 600);
    if (stream.keepAliveSecs() >= http.limits().idleTimeoutSecs()) {
      throw new ConfigException(
          "setting stream.keep_alive_secs must be less than http.idle_timeout_secs, or every quiet"
              + " stream is closed as idle");
    }
  }

  /**
   * Checks what concerns only those who serve HTTP, and no command that works in the database.
   *
   * @throws ConfigException if everybody would be let in, and nobody has said that this is meant
   */
  public void checkServing() {
    if (access.auth().isEmpty() && !loopback(http.host())) {
      throw new ConfigException(
          "setting http.host is "
              + http.host()
              + ", which is not a loopback address: whoever reaches it could do everything."
              + " Set STANDBY_AUTH=keys to ask for API keys, or STANDBY_AUTH=none to say that this"
              + " is meant");
    }
  }

  /**
   * The settings that hold here.
   *
   * @throws ConfigException for one that is unknown or out of range
   */
  public static Settings load(Map<String, String> environment) {
    return load(Files.isRegularFile(FILE) ? FILE : null, environment);
  }

  /** As {@link #load(Map)}, from that file; null for the packaged defaults alone. */
  public static Settings load(Path file, Map<String, String> environment) {
    Map<String, String> values = packaged();
    if (file != null) {
      override(values, read(file));
    }
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(ENVIRONMENT_PREFIX)
              && !COMMAND_LINE.contains(name)
              && !SERVICE_LINK.matcher(name).matches()) {
            values.put(settingOf(name, values), value);
          }
        });
    return of(new Values(values));
  }

  private static Settings of(Values values) {
    return new Settings(
        values.number("stop_secs"),
        new AccessConfig(
            values.text("auth"),
            values.text("auth_jwks_url"),
            values.text("auth_issuer"),
            values.text("auth_audience"),
            values.text("auth_project_claim"),
            values.text("auth_scope_claim"),
            values.text("http.public_url"),
            values.flag("audit.enabled"),
            values.number("audit.retention_days")),
        new LimitsConfig(
            values.number("limits.key_requests_per_sec"),
            values.number("limits.callback_requests_per_sec"),
            values.number("limits.failed_logins_per_minute")),
        new HttpConfig(
            values.text("http.host"),
            values.number("http.port"),
            values.number("http.event_loops"),
            values.number("http.max_body_bytes"),
            new TlsFiles(
                "http", values.text("http.tls_certificate"), values.text("http.tls_key"), null),
            values.list("http.trusted_proxies"),
            values.list("http.cors_origins"),
            new ConnectionLimits(
                values.number("http.idle_timeout_secs"),
                values.number("http.header_timeout_secs"),
                values.number("http.body_timeout_secs"),
                values.number("http.max_unfinished_bytes"),
                values.number("http.max_connections"),
                values.number("http.max_connections_per_address"))),
        new ManagementConfig(
            values.flag("management.enabled"),
            values.text("management.host"),
            values.number("management.port")),
        new DatabaseConfig(
            new PostgresConfig(
                values.text("database.url"),
                values.flag("database.pgbouncer"),
                values.text("database.direct_url"),
                values.number("database.statement_timeout_secs")),
            Path.of(values.text("data.dir")),
            values.number("database.pool_size"),
            values.number("database.max_queued"),
            values.number("database.max_batch"),
            values.number("database.retry_millis"),
            values.number("database.prefix_limit"),
            values.number("database.max_waiting_per_project"),
            values.number("database.max_held_per_project"),
            values.number("database.max_idempotency_keys_per_project")),
        new ClusterConfig(
            values.flag("cluster.enabled"),
            values.text("cluster.host"),
            values.number("cluster.port"),
            values.list("cluster.members"),
            values.text("cluster.kubernetes_service"),
            values.number("eventbus.port"),
            new TlsFiles(
                "eventbus",
                values.text("eventbus.tls_certificate"),
                values.text("eventbus.tls_key"),
                values.text("eventbus.tls_authority"))),
        new TimeoutConfig(values.number("timeout.tick_millis"), values.number("timeout.max_batch")),
        new WebhookConfig(
            values.list("webhooks.allowed_networks"), values.number("webhooks.max_concurrent")),
        new StreamConfig(
            values.number("stream.keep_alive_secs"),
            values.number("stream.catch_up_millis"),
            values.number("stream.max_streams"),
            values.number("stream.max_streams_per_project")),
        new FeedConfig(values.number("feed.retention_hours")),
        TracingConfig.of(
            values.text("tracing.otlp_endpoint"),
            values.list("tracing.otlp_headers"),
            values.decimal("tracing.sample_ratio")),
        RetentionConfig.of(values.number("retention.days"), values.list("retention.projects")),
        new LogConfig(values.text("log.format")));
  }

  private static Map<String, String> packaged() {
    try (InputStream in = Settings.class.getResourceAsStream("/standby.yaml")) {
      return flatten("standby.yaml", new YAMLMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> read(Path file) {
    try {
      return flatten(file.toString(), new YAMLMapper().readTree(Files.readAllBytes(file)));
    } catch (JsonProcessingException e) {
      throw new ConfigException(file + " is not YAML, at line " + e.getLocation().getLineNr());
    } catch (IOException e) {
      throw new ConfigException("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static void override(Map<String, String> values, Map<String, String> file) {
    file.forEach(
        (name, value) -> {
          if (values.replace(name, value) == null) {
            throw new ConfigException("unknown setting " + name + " in " + FILE);
          }
        });
  }

  private static String settingOf(String variable, Map<String, String> values) {
    String name = variable.substring(ENVIRONMENT_PREFIX.length()).toLowerCase(Locale.ROOT);
    return values.keySet().stream()
        .filter(setting -> setting.replace('.', '_').equals(name))
        .findFirst()
        .orElseThrow(
            () -> new ConfigException("unknown setting " + variable + " in the environment"));
  }

  private static Map<String, String> flatten(String source, JsonNode root) {
    Map<String, String> flat = new TreeMap<>();
    flatten(source, "", root, flat);
    return flat;
  }

  private static void flatten(String source, String name, JsonNode node, Map<String, String> flat) {
    if (node.isObject()) {
      String stem = name.isEmpty() ? "" : name + ".";
      node.properties().forEach(e -> flatten(source, stem + e.getKey(), e.getValue(), flat));
    } else if (node.isArray()) {
      List<String> elements = new ArrayList<>();
      node.forEach(element -> elements.add(element.asText()));
      flat.put(name, String.join(",", elements));
    } else if (!name.isEmpty()) {
      flat.put(name, node.isNull() ? "" : node.asText());
    } else if (!node.isMissingNode() && !node.isNull()) {
      throw new ConfigException(source + " must be a map of settings");
    }
  }

  private static boolean loopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ConfigException("setting http.host is not an address or a known name: " + host);
    }
  }

  /** The values by name, with the types that settings have. */
  private record Values(Map<String, String> byName) {
    String text(String name) {
      return byName.get(name).trim();
    }

    int number(String name) {
      try {
        return Integer.parseInt(text(name));
      } catch (NumberFormatException e) {
        throw new ConfigException("setting " + name + " must be a whole number, not " + text(name));
      }
    }

    double decimal(String name) {
      try {
        return Double.parseDouble(text(name));
      } catch (NumberFormatException e) {
        throw new ConfigException("setting " + name + " must be a number, not " + text(name));
      }
    }

    boolean flag(String name) {
      return switch (text(name)) {
        case "true" -> true;
        case "false" -> false;
        default ->
            throw new ConfigException(
                "setting " + name + " must be true or false, not " + text(name));
      };
    }

    List<String> list(String name) {
      String text = text(name);
      return text.isEmpty() ? List.of() : List.of(text.split("\\s*,\\s*", -1));
    }
  }
}
