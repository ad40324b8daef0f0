package dev.standby.http;

import dev.standby.config.AddressRanges;
import dev.standby.config.HttpConfig;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the connections that are too many as they are accepted, so that files are left to open for
 * the database and the other nodes. Vert.x itself shows a connection only when its TLS handshake is
 * done, which is too late.
 */
@Sharable
public final class ConnectionGate extends ChannelInboundHandlerAdapter implements MeterBinder {
  private static final Logger log = LoggerFactory.getLogger(ConnectionGate.class);
  private static final long LOG_EVERY_NANOS = 10_000_000_000L;

  private final int most;
  private final int mostPerClient;
  private final AddressRanges trusted;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<Object, Integer> openByClient = new ConcurrentHashMap<>();
  private final AtomicInteger ungatedPort;
  private final LongAdder refused = new LongAdder();
  private final AtomicLong lastLogNanos = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);

  /**
   * A gate with those limits.
   *
   * @param ungatedPort a port on which it counts nobody: those who watch the node must come in when
   *     it has too many clients; 0 for none
   */
  public ConnectionGate(HttpConfig config, AtomicInteger ungatedPort) {
    this.ungatedPort = ungatedPort;
    this.most = config.limits().maxConnections();
    this.mostPerClient = config.limits().maxPerAddress();
    this.trusted = config.trusted();
  }

  /** The sockets of a Vert.x whose HTTP servers share this gate: the machine's own where it can. */
  public Transport transport() {
    Transport epoll = Transport.EPOLL;
    return epoll != null && epoll.available()
        ? new TransportInternal("epoll", true, null, new GatedEpoll())
        : new TransportInternal("nio", true, null, new GatedNio());
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("standby.http.connections", open, AtomicInteger::get)
        .description("Connections that clients have open")
        .register(registry);
    FunctionCounter.builder("standby.http.connections.refused", refused, LongAdder::sum)
        .description("Connections closed as they came, as there were too many")
        .register(registry);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    if (((InetSocketAddress) context.channel().localAddress()).getPort() == ungatedPort.get()) {
      context.fireChannelRead(accepted);
      return;
    }
    Channel connection = (Channel) accepted;
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      refuse(connection, "in all");
      return;
    }
    Object client = mostPerClient == 0 ? null : client(connection);
    if (client != null && openByClient.merge(client, 1, Integer::sum) > mostPerClient) {
      open.decrementAndGet();
      forget(client);
      refuse(connection, "from one client");
      return;
    }
    connection
        .closeFuture()
        .addListener(
            closed -> {
              open.decrementAndGet();
              if (client != null) {
                forget(client);
              }
            });
    context.fireChannelRead(accepted);
  }

  private void forget(Object client) {
    openByClient.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
  }

  private void refuse(Channel connection, String which) {
    refused.increment();
    long now = System.nanoTime();
    long last = lastLogNanos.get();
    if (now - last >= LOG_EVERY_NANOS && lastLogNanos.compareAndSet(last, now)) {
      log.atWarn()
          .addKeyValue("open", open.get())
          .log("too many connections " + which + ", closing new ones");
    }
    connection.unsafe().closeForcibly();
  }

  /** Who is counted: an IPv6 client has a network of 64 bits; null for who may have any number. */
  private Object client(Channel connection) {
    if (!(connection.remoteAddress() instanceof InetSocketAddress remote)) {
      return null;
    }
    InetAddress address = remote.getAddress();
    if (trusted.contain(address)) {
      return null;
    }
    return address instanceof Inet6Address
        ? (Object) ByteBuffer.wrap(address.getAddress()).getLong()
        : address;
  }

  private void guard(NetServerOptions options, ServerBootstrap bootstrap) {
    if (options instanceof HttpServerOptions) {
      bootstrap.handler(this);
    }
  }

  private final class GatedEpoll extends EpollTransport {
    @Override
    public void configure(
        NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
      super.configure(options, domainSocket, bootstrap);
      guard(options, bootstrap);
    }
  }

  private final class GatedNio extends NioTransport {
    @Override
    public void configure(
        NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
      super.configure(options, domainSocket, bootstrap);
      guard(options, bootstrap);
    }
  }
}
