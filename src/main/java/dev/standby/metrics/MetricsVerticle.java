package dev.standby.metrics;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.Nodes;
import dev.standby.config.ConfigException;
import dev.standby.config.ManagementConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves metrics and health, at a port of their own. */
public final class MetricsVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(MetricsVerticle.class);
  private static final int IDLE_TIMEOUT_SECS = 60;

  /** Whoever scrapes needs one. */
  private static final int MAX_CONNECTIONS = 64;

  /** How long a scrape waits for the database and the other nodes, and a probe for its answer. */
  private static final long READ_MILLIS = 2000;

  private final ManagementConfig config;
  private final Meters meters;
  private final AtomicInteger boundPort;
  private EventLoopLag lag;
  private HttpServer server;
  private int connections;

  /**
   * A server with those settings.
   *
   * @param boundPort gets the port that is listened on
   */
  public MetricsVerticle(ManagementConfig config, Meters meters, AtomicInteger boundPort) {
    this.config = config;
    this.meters = meters;
    this.boundPort = boundPort;
  }

  @Override
  public Future<?> start() {
    Bus bus = Bus.local(vertx);
    lag = EventLoopLag.start(vertx, meters.registry());
    return listen(bus, config.port())
        .onSuccess(
            listening -> {
              server = listening;
              boundPort.set(listening.actualPort());
              log.atInfo()
                  .addKeyValue("host", config.host())
                  .addKeyValue("port", listening.actualPort())
                  .log("metrics and health are served");
            });
  }

  /** Listens on that port, or on one of those that follow. */
  private Future<HttpServer> listen(Bus bus, int port) {
    return vertx
        .createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_TIMEOUT_SECS))
        .connectionHandler(this::watch)
        .requestHandler(request -> answer(bus, request))
        .listen(port, config.host())
        .recover(
            failure -> {
              int last = Math.min(65_535, config.port() + ManagementConfig.PORT_COUNT - 1);
              return config.port() > 0 && port < last && taken(failure)
                  ? listen(bus, port + 1)
                  : Future.failedFuture(cannotListen(failure));
            });
  }

  /** By what the system says: Netty's own transport has an exception of its own for it. */
  private static boolean taken(Throwable failure) {
    return failure.getMessage() != null && failure.getMessage().contains("already in use");
  }

  private ConfigException cannotListen(Throwable failure) {
    return new ConfigException(
        "management.host, management.port: cannot listen on "
            + config.host()
            + " port "
            + config.port()
            + (taken(failure) ? " or one of those that follow: " : ": ")
            + failure.getMessage());
  }

  private void watch(HttpConnection connection) {
    connections++;
    connection.closeHandler(closed -> connections--);
    if (connections > MAX_CONNECTIONS) {
      connection.close();
    }
  }

  private void answer(Bus bus, HttpServerRequest request) {
    HttpServerResponse response =
        request
            .response()
            .putHeader("X-Content-Type-Options", "nosniff")
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    boolean reads =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    if (!reads) {
      response.setStatusCode(405).putHeader(HttpHeaders.ALLOW, "GET, HEAD").end();
      return;
    }
    switch (request.path()) {
      case "/metrics" -> scrape(bus, request.getHeader(HttpHeaders.ACCEPT), response);
      case "/health/live" -> tell(response, true);
      case "/health/ready" ->
          bus.<Boolean>askLocally(Addresses.READY, "")
              .timeout(READ_MILLIS, TimeUnit.MILLISECONDS)
              // Nobody answers before the node serves, and after it has.
              .otherwise(false)
              .onSuccess(ready -> tell(response, ready));
      default -> response.setStatusCode(404).end();
    }
  }

  private static void tell(HttpServerResponse response, boolean up) {
    response
        .setStatusCode(up ? 200 : 503)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(up ? "{\"status\":\"UP\"}" : "{\"status\":\"DOWN\"}");
  }

  private void scrape(Bus bus, String accept, HttpServerResponse response) {
    String type = Meters.type(accept);
    Future.join(
            bus.<Void>askLocally(Addresses.MEASURE, ""),
            bus.<Nodes.All>askLocally(Addresses.LIST_NODES, ""))
        .timeout(READ_MILLIS, TimeUnit.MILLISECONDS)
        // What can't be read is not shown; the rest is wanted all the more.
        .otherwiseEmpty()
        // Writing it takes milliseconds, for which no event loop should wait.
        .compose(read -> vertx.executeBlocking(() -> meters.scrape(type), false))
        .onComplete(
            text -> response.putHeader(HttpHeaders.CONTENT_TYPE, type).end(text),
            failure -> {
              log.atError().setCause(failure).log("cannot write the metrics");
              response.setStatusCode(500).end();
            });
  }

  @Override
  public Future<?> stop() {
    if (lag != null) {
      lag.stop();
    }
    return server == null ? Future.succeededFuture() : server.close();
  }
}
