package dev.standby.http;

import dev.standby.bus.Bus;
import dev.standby.config.ConfigException;
import dev.standby.config.HttpConfig;
import dev.standby.config.StreamConfig;
import io.netty.channel.epoll.EpollChannelOption;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves HTTP on one event loop; several of them share the port. */
public final class HttpVerticle extends VerticleBase {
  /** A key of 512 characters and a project of 255, of four bytes each, percent-encoded, fit in. */
  private static final int MAX_REQUEST_LINE_BYTES = 16 * 1024;

  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private final HttpConfig config;
  private final StreamConfig streamConfig;
  private final boolean open;
  private final RateLimits limits;
  private final AtomicInteger boundPort;
  private final int stopSecs;
  private HttpServer server;
  private EventStreams streams;
  private Health health;

  /**
   * A server with those settings.
   *
   * @param open whether everybody may do everything
   * @param limits shared by the servers of a node
   * @param boundPort gets the port that is listened on
   * @param stopSecs how long requests in flight may take when the node stops, in seconds
   */
  public HttpVerticle(
      HttpConfig config,
      StreamConfig streamConfig,
      boolean open,
      RateLimits limits,
      AtomicInteger boundPort,
      int stopSecs) {
    this.config = config;
    this.streamConfig = streamConfig;
    this.open = open;
    this.limits = limits;
    this.boundPort = boundPort;
    this.stopSecs = stopSecs;
  }

  @Override
  public Future<?> start() {
    Bus bus = Bus.local(vertx);
    health = new Health(vertx, bus);
    Gate gate = new Gate(bus, open, limits);
    ClientAddress addresses = new ClientAddress();
    return EventStreams.start(vertx, bus, gate, streamConfig.keepAliveSecs())
        .compose(
            started -> {
              streams = started;
              Callbacks callbacks = new Callbacks(bus, limits, addresses, config.maxBodyBytes());
              Api api =
                  new Api(
                      vertx,
                      bus,
                      streams,
                      health,
                      gate,
                      addresses,
                      callbacks,
                      config.maxBodyBytes());
              server =
                  vertx
                      .createHttpServer(options())
                      .connectionHandler(this::boundSilence)
                      .requestHandler(api::handle);
              return server.listen(config.port(), config.host()).recover(this::cannotListen);
            })
        .onSuccess(listening -> boundPort.set(listening.actualPort()));
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setHandle100ContinueAutomatically(true)
        .setIdleTimeout(config.idleTimeoutSecs())
        .setTcpNoDelay(true)
        // Everything that answers runs on its verticle's context: no queue for other threads, which
        // is 5 KiB each.
        .setStrictThreadMode(true);
  }

  /**
   * Has Linux give a connection up whose other side acknowledges nothing. The idle timeout never
   * ends a stream, which gets comments: to a host that has vanished the system would send them for
   * a quarter of an hour. Vert.x has the option for clients only.
   */
  private void boundSilence(HttpConnection connection) {
    ((HttpServerConnection) connection)
        .channelHandlerContext()
        .channel()
        .config()
        .setOption(EpollChannelOption.TCP_USER_TIMEOUT, config.idleTimeoutSecs() * 1000);
  }

  private Future<HttpServer> cannotListen(Throwable failure) {
    return Future.failedFuture(
        new ConfigException(
            "http.host, http.port: cannot listen on "
                + config.host()
                + " port "
                + config.port()
                + ": "
                + failure.getMessage()));
  }

  @Override
  public Future<?> stop() {
    if (server == null) {
      return Future.succeededFuture();
    }
    health.stopping();
    streams.stop();
    return server.shutdown(stopSecs, TimeUnit.SECONDS);
  }
}
