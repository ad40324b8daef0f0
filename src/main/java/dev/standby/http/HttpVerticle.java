package dev.standby.http;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.config.ConfigException;
import dev.standby.config.ConnectionLimits;
import dev.standby.config.HttpConfig;
import dev.standby.config.StreamConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.epoll.EpollChannelOption;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves HTTP on one event loop; several of them share the port. */
public final class HttpVerticle extends VerticleBase {
  /** A key of 512 characters and a project of 255, of four bytes each, percent-encoded, fit in. */
  private static final int MAX_REQUEST_LINE_BYTES = 16 * 1024;

  private static final int MAX_HEADER_BYTES = 16 * 1024;

  /** At once on one connection; a browser has all the streams of its pages on one. */
  private static final int MAX_STREAMS = 1000;

  private final HttpConfig config;
  private final ConnectionLimits limits;
  private final StreamConfig streamConfig;
  private final boolean open;
  private final RateLimits rateLimits;
  private final HttpMeters meters;
  private final AtomicInteger boundPort;
  private final int stopSecs;
  private Deadlines deadlines;
  private HttpServer server;
  private EventStreams streams;
  private Health health;

  /**
   * A server with those settings.
   *
   * @param open whether everybody may do everything
   * @param rateLimits shared by the servers of a node
   * @param meters shared likewise
   * @param boundPort gets the port that is listened on
   * @param stopSecs how long requests in flight may take when the node stops, in seconds
   */
  public HttpVerticle(
      HttpConfig config,
      StreamConfig streamConfig,
      boolean open,
      RateLimits rateLimits,
      HttpMeters meters,
      AtomicInteger boundPort,
      int stopSecs) {
    this.config = config;
    this.limits = config.limits();
    this.streamConfig = streamConfig;
    this.open = open;
    this.rateLimits = rateLimits;
    this.meters = meters;
    this.boundPort = boundPort;
    this.stopSecs = stopSecs;
  }

  @Override
  public Future<?> start() {
    Bus bus = Bus.local(vertx);
    health = new Health(vertx, bus);
    deadlines = new Deadlines(vertx);
    Slices.bound(context, deadlines, limits.idleTimeoutSecs());
    Gate gate = new Gate(bus, open, rateLimits);
    return EventStreams.start(vertx, bus, gate, meters, streamConfig.keepAliveSecs())
        .compose(
            started -> {
              streams = started;
              return config.tls().given()
                  ? ServerCertificate.load(vertx, config.tls())
                  : Future.succeededFuture();
            })
        .compose(certificate -> listen(bus, gate, certificate))
        .compose(
            listening -> bus.serveLocally(Addresses.READY, String.class, question -> health.up()));
  }

  /** Serves, over TLS if there is a certificate. */
  private Future<HttpServer> listen(Bus bus, Gate gate, ServerCertificate certificate) {
    BoundedBody bodies = new BoundedBody(vertx, deadlines, config);
    ClientAddress addresses = new ClientAddress(config);
    Repeats repeats = new Repeats(bus, new Patience(vertx, limits.idleTimeoutSecs()));
    Callbacks callbacks = new Callbacks(bus, repeats, rateLimits, addresses, bodies);
    Api api =
        new Api(vertx, bus, repeats, streams, health, gate, addresses, callbacks, bodies, meters);
    Entrance entrance = new Entrance(config, api::handle);
    HttpServerOptions options = options();
    if (certificate != null) {
      encrypt(options, certificate);
    }
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(this::watch)
            .invalidRequestHandler(entrance::refuse)
            .requestHandler(entrance::enter);
    return server
        .listen(config.port(), config.host())
        .recover(this::cannotListen)
        .onSuccess(
            listening -> {
              int port = listening.actualPort();
              // The first of those that share a port has the certificate of them all.
              if (boundPort.getAndSet(port) != port && certificate != null) {
                certificate.keepFresh(server, options.getSslOptions());
              }
            });
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setHandle100ContinueAutomatically(true)
        .setIdleTimeout(limits.idleTimeoutSecs())
        .setTcpNoDelay(true)
        // No HTTP/2 without TLS: Vert.x leaks the body of an upgrade that it refuses, and shows a
        // connection only when its first head has come.
        .setHttp2ClearTextEnabled(false)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(MAX_STREAMS)
                .setMaxHeaderListSize(MAX_REQUEST_LINE_BYTES + MAX_HEADER_BYTES))
        // A page that closes may end all of its streams at once; who goes on like this is cut off.
        .setHttp2RstFloodMaxRstFramePerWindow(MAX_STREAMS)
        // There are no WebSockets.
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        // Everything that answers runs on its verticle's context: no queue for other threads, which
        // is 5 KiB each.
        .setStrictThreadMode(true);
  }

  private void encrypt(HttpServerOptions options, ServerCertificate certificate) {
    options
        .setSsl(true)
        .setKeyCertOptions(certificate.pair())
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
        .setUseAlpn(true)
        .setSslHandshakeTimeout(limits.headerTimeoutSecs())
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
  }

  /** Bounds how long the other side of a connection may be slow, or silent. */
  private void watch(HttpConnection connection) {
    ChannelHandlerContext handler = ((HttpServerConnection) connection).channelHandlerContext();
    boundSilence(handler.channel());
    if (connection instanceof Http1xServerConnection) {
      handler
          .pipeline()
          .addBefore(
              handler.name(),
              "pace",
              new Pace(deadlines, limits.headerTimeoutSecs(), limits.bodyTimeoutSecs()));
    }
  }

  /**
   * Has Linux give a connection up whose other side acknowledges nothing. The idle timeout never
   * ends a stream, which gets comments: to a host that has vanished the system would send them for
   * a quarter of an hour. Vert.x has the option for clients only.
   */
  private void boundSilence(Channel channel) {
    channel
        .config()
        .setOption(EpollChannelOption.TCP_USER_TIMEOUT, limits.idleTimeoutSecs() * 1000);
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
