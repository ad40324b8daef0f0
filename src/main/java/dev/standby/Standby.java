package dev.standby;

import dev.standby.access.AccessVerticle;
import dev.standby.config.ConfigException;
import dev.standby.config.PostgresConfig;
import dev.standby.config.Settings;
import dev.standby.config.TracingConfig;
import dev.standby.http.ConnectionGate;
import dev.standby.http.HttpMeters;
import dev.standby.http.HttpVerticle;
import dev.standby.http.RateLimits;
import dev.standby.metrics.Meters;
import dev.standby.metrics.MetricsVerticle;
import dev.standby.nodes.NodesVerticle;
import dev.standby.store.DatabaseMeters;
import dev.standby.store.EmbeddedPostgres;
import dev.standby.store.StoreVerticle;
import dev.standby.stream.StreamVerticle;
import dev.standby.timeout.TimeoutVerticle;
import dev.standby.tracing.Telemetry;
import dev.standby.webhook.WebhookVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.spi.VertxTracerFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node: its rooms started in order, and stopped in reverse. */
public final class Standby implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Standby.class);
  private static final int START_SECS = 120;

  /** How often a start is tried in which the cluster owed an answer. */
  private static final int START_ATTEMPTS = 3;

  private final Settings settings;
  private final AtomicInteger httpPort = new AtomicInteger();
  private final AtomicInteger managementPort = new AtomicInteger();
  private final Deque<String> deployed = new ArrayDeque<>();
  private Meters meters = Meters.off();
  private EmbeddedPostgres embedded;
  private Vertx vertx;
  private Telemetry telemetry;

  private Standby(Settings settings) {
    this.settings = settings;
  }

  /** Starts a node from settings and environment, which runs until the process is told to stop. */
  static void serve() {
    try {
      Standby node = start(Settings.load(System.getenv()));
      Runtime.getRuntime().addShutdownHook(new Thread(node::close, "standby-stop"));
      System.out.println("Standby is ready at " + node.url());
    } catch (ConfigException e) {
      System.err.println("Standby cannot start: " + e.getMessage());
      System.exit(1);
    }
  }

  /** Starts the rooms alone that the command line needs; blocks until they are there. */
  static Standby startStore(Settings settings) {
    return start(settings, Standby::startStoreAlone);
  }

  /**
   * Starts a node; blocks until it serves.
   *
   * @throws ConfigException if it can't be started like this
   */
  public static Standby start(Settings settings) {
    return start(settings, Standby::startRooms);
  }

  private static Standby start(Settings settings, Start rooms) {
    for (int attempt = 1; ; attempt++) {
      Standby node = new Standby(settings);
      try {
        rooms.of(node);
        node.takeOver();
        return node;
      } catch (ExecutionException | TimeoutException | RuntimeException e) {
        node.close();
        if (attempt == START_ATTEMPTS || !Cluster.owesAnAnswer(e)) {
          throw cause(e);
        }
        log.atWarn()
            .addKeyValue("attempt", attempt)
            .log("the cluster has not answered, starting once more");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        node.close();
        throw new ConfigException("the start was interrupted");
      }
    }
  }

  /** From now on it is up to whoever has started the node that it is stopped in order. */
  private void takeOver() {
    if (embedded != null) {
      embedded.handOver();
    }
  }

  private void startRooms() throws InterruptedException, ExecutionException, TimeoutException {
    settings.checkServing();
    PostgresConfig postgres = database();
    if (settings.management().enabled()) {
      meters = Meters.on(Cli.version());
    }
    MeterRegistry registry = meters.registry();
    ConnectionGate gate = new ConnectionGate(settings.http(), managementPort);
    gate.bindTo(registry);
    vertx =
        await(
            Cluster.join(
                settings.cluster(),
                gate.transport(),
                new DatabaseMeters(registry),
                registry,
                tracers()));
    startStore(postgres, true);
    deploy(() -> new TimeoutVerticle(settings.timeout()), 1);
    deploy(() -> new WebhookVerticle(settings.webhooks(), registry), 1);
    deploy(() -> new StreamVerticle(settings.stream(), registry), 1);
    deploy(() -> new NodesVerticle(Cli.version(), this::url, registry), 1);
    HttpMeters httpMeters = new HttpMeters(registry);
    RateLimits limits = new RateLimits(settings.limits());
    deploy(
        () ->
            new HttpVerticle(
                settings.http(),
                settings.stream(),
                !settings.access().keys(),
                limits,
                httpMeters,
                httpPort,
                settings.stopSecs() / 2),
        settings.http().eventLoops());
    if (settings.management().enabled()) {
      deploy(() -> new MetricsVerticle(settings.management(), meters, managementPort), 1);
    }
  }

  private Optional<VertxTracerFactory> tracers() {
    TracingConfig tracing = settings.tracing();
    if (!tracing.on()) {
      return Optional.empty();
    }
    telemetry = Telemetry.start(tracing.endpoint(), tracing.headers(), tracing.sampleRatio());
    return Optional.of(telemetry.tracers());
  }

  private void startStoreAlone() throws InterruptedException, ExecutionException, TimeoutException {
    PostgresConfig postgres = database();
    vertx = Vertx.vertx();
    // The nodes' settings may be to keep things for longer than those of this machine.
    startStore(postgres, false);
  }

  private void startStore(PostgresConfig postgres, boolean housekeeping)
      throws InterruptedException, ExecutionException, TimeoutException {
    deploy(
        () ->
            new StoreVerticle(
                postgres,
                settings.database(),
                settings.access(),
                settings.feed(),
                settings.retention(),
                housekeeping,
                meters.registry()),
        1);
    deploy(() -> new AccessVerticle(settings.access()), 1);
  }

  private PostgresConfig database() {
    PostgresConfig postgres = settings.database().postgres();
    if (!settings.database().embedded()) {
      return postgres;
    }
    embedded = EmbeddedPostgres.start(settings.database().dataDir());
    return postgres.at(embedded.url());
  }

  private void deploy(Supplier<VerticleBase> room, int instances)
      throws InterruptedException, ExecutionException, TimeoutException {
    deployed.push(
        await(vertx.deployVerticle(room, new DeploymentOptions().setInstances(instances))));
  }

  /** Where the node serves. */
  public String url() {
    return (settings.http().tls().given() ? "https://" : "http://")
        + address(settings.http().host(), httpPort.get());
  }

  /** Where it serves metrics and health for those who run it; only if its settings say so. */
  public String managementUrl() {
    return "http://" + address(settings.management().host(), managementPort.get());
  }

  private static String address(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** The Vert.x instance, for verticles that run in the node's process. */
  public Vertx vertx() {
    return vertx;
  }

  /**
   * Stops the node, in at most the time that its settings give it; blocks. Harmless when stopped.
   */
  @Override
  public synchronized void close() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(settings.stopSecs());
    while (!deployed.isEmpty()) {
      stopWithin(deadline, "room", vertx.undeploy(deployed.pop()));
    }
    if (vertx != null) {
      stopWithin(deadline, "vertx", vertx.close());
      vertx = null;
    }
    if (telemetry != null) {
      telemetry.close();
      telemetry = null;
    }
    if (embedded != null) {
      embedded.stop();
      embedded = null;
    }
    meters.close();
  }

  private static void stopWithin(long deadlineNanos, String what, Future<?> stopping) {
    try {
      stopping
          .toCompletionStage()
          .toCompletableFuture()
          .get(Math.max(1, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.atWarn().addKeyValue("what", what).setCause(e).log("did not stop in order");
    }
  }

  private static <T> T await(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.toCompletionStage().toCompletableFuture().get(START_SECS, TimeUnit.SECONDS);
  }

  /** What is started. */
  @FunctionalInterface
  private interface Start {
    void of(Standby node) throws InterruptedException, ExecutionException, TimeoutException;
  }

  private static ConfigException cause(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof ConfigException config) {
      return config;
    }
    log.atDebug().setCause(e).log("start failed");
    return new ConfigException(root.toString().replaceAll("\\s+", " "));
  }
}
