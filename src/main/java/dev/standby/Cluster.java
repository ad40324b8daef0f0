package dev.standby;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.ClasspathXmlConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.FileSystemXmlConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.OperationTimeoutException;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.config.ClusterConfig;
import dev.standby.config.ConfigException;
import dev.standby.config.TlsFiles;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.core.transport.Transport;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vert.x as a member of the cluster. Its Hazelcast is what {@code cluster.xml} says, in the working
 * directory or else as packaged, with addresses and ports from the settings.
 */
final class Cluster {
  private static final Logger log = LoggerFactory.getLogger(Cluster.class);
  private static final Path FILE = Path.of("cluster.xml");
  private static final int CONNECT_TIMEOUT_MILLIS = 2000;
  private static final int RECONNECT_ATTEMPTS = 3;
  private static final int RECONNECT_INTERVAL_MILLIS = 200;

  private Cluster() {}

  /** Joins the cluster, or starts alone when that is what the settings say. */
  static Future<Vertx> join(
      ClusterConfig config,
      Transport transport,
      VertxMetricsFactory metrics,
      MeterRegistry registry,
      Optional<VertxTracerFactory> tracers) {
    VertxBuilder builder = Vertx.builder().withTransport(transport).withMetrics(metrics);
    tracers.ifPresent(builder::withTracer);
    if (!config.enabled()) {
      count(registry, () -> 1);
      return Future.succeededFuture(builder.build());
    }
    checkAddress(config.host());
    HazelcastClusterManager manager = new HazelcastClusterManager(hazelcast(config));
    return builder
        .with(new VertxOptions().setEventBusOptions(eventBus(config)))
        .withClusterManager(manager)
        .buildClustered()
        .onSuccess(
            vertx -> {
              watch(manager.getHazelcastInstance(), vertx);
              com.hazelcast.cluster.Cluster members = manager.getHazelcastInstance().getCluster();
              count(registry, () -> members.getMembers().size());
            });
  }

  private static void count(MeterRegistry registry, Supplier<Number> members) {
    Gauge.builder("standby.cluster.members", members)
        .description(
            "Members of the cluster that this node sees: nodes, and applications that have joined")
        .register(registry);
  }

  /**
   * Whether a start failed because Hazelcast never heard the answer of a member. When a member is
   * cut off, or stopped, just as another joins, the message may be lost with their connection, and
   * nothing sends it again.
   */
  static boolean owesAnAnswer(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OperationTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /**
   * Has everything that is watched read again whenever a node comes or goes: it may have taken
   * announcements with it.
   */
  private static void watch(HazelcastInstance hazelcast, Vertx vertx) {
    Bus bus = Bus.local(vertx);
    hazelcast
        .getCluster()
        .addMembershipListener(
            new MembershipListener() {
              @Override
              public void memberAdded(MembershipEvent event) {
                bus.tellLocally(Addresses.CATCH_UP, "member added");
              }

              @Override
              public void memberRemoved(MembershipEvent event) {
                bus.tellLocally(Addresses.CATCH_UP, "member removed");
              }
            });
  }

  private static EventBusOptions eventBus(ClusterConfig config) {
    EventBusOptions options =
        new EventBusOptions()
            .setHost(config.host())
            .setPort(config.eventbusPort())
            .setClusterPublicHost(config.host())
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setReconnectAttempts(RECONNECT_ATTEMPTS)
            .setReconnectInterval(RECONNECT_INTERVAL_MILLIS);
    TlsFiles tls = config.eventbusTls();
    if (tls.given()) {
      options
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions().setCertPath(tls.certificate()).setKeyPath(tls.key()))
          .setTrustOptions(new PemTrustOptions().addCertPath(tls.authority()))
          .setTrustAll(false)
          .setClientAuth(ClientAuth.REQUIRED);
    }
    return options;
  }

  /** What Hazelcast says of an address that is not ours, it says in five stack traces. */
  private static void checkAddress(String host) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      log.atDebug()
          .addKeyValue("address", socket.getInetAddress())
          .log("can listen on cluster.host");
    } catch (IOException e) {
      throw new ConfigException("cluster.host: cannot listen on " + host + ": " + e.getMessage());
    }
  }

  static Config hazelcast(ClusterConfig config) {
    // Before its first class is loaded, which already logs.
    System.setProperty("hazelcast.logging.type", "slf4j");
    Config hazelcast = file();
    NetworkConfig network = hazelcast.getNetworkConfig();
    network
        .setPort(config.port())
        .setPortAutoIncrement(true)
        .setPortCount(ClusterConfig.PORT_COUNT)
        .setPublicAddress(null);
    network.getInterfaces().setEnabled(true).clear().addInterface(config.host());
    JoinConfig join = network.getJoin();
    if (!config.kubernetesService().isEmpty()) {
      join.getTcpIpConfig().setEnabled(false);
      join.getKubernetesConfig()
          .setEnabled(true)
          .setProperty("service-dns", config.kubernetesService())
          .setProperty("service-port", Integer.toString(config.port()));
    } else if (join.getTcpIpConfig().isEnabled()) {
      join.getTcpIpConfig().setMembers(config.members());
    }
    return hazelcast;
  }

  private static Config file() {
    try {
      return Files.isRegularFile(FILE)
          ? new FileSystemXmlConfig(FILE.toFile())
          : new ClasspathXmlConfig(Cluster.class.getClassLoader(), FILE.toString());
    } catch (FileNotFoundException | RuntimeException e) {
      throw new ConfigException("cannot use " + FILE + ": " + e.getMessage());
    }
  }
}
