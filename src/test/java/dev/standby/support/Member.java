package dev.standby.support;

import com.hazelcast.config.ClasspathXmlConfig;
import com.hazelcast.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An application in the cluster that is no node: a Vert.x of its own, without a store. */
public final class Member implements AutoCloseable {
  private static final long LIMIT_SECS = 30;
  private static final String HOST = "127.0.0.1";

  private final Vertx vertx;
  private final int port;

  private Member(Vertx vertx, int port) {
    this.vertx = vertx;
    this.port = port;
  }

  /** Joins the cluster that has those members, {@code host:port} each. */
  public static Member join(List<String> members) {
    System.setProperty("hazelcast.logging.type", "slf4j");
    Config config = new ClasspathXmlConfig("cluster.xml");
    int port = Nodes.freePort();
    config.getNetworkConfig().setPort(port);
    config.getNetworkConfig().getInterfaces().setEnabled(true).clear().addInterface(HOST);
    config.getNetworkConfig().getJoin().getTcpIpConfig().setMembers(members);
    VertxOptions options =
        new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(HOST));
    return new Member(
        get(
            Vertx.builder()
                .with(options)
                .withClusterManager(new HazelcastClusterManager(config))
                .buildClustered()),
        port);
  }

  /** Where others find it, as {@link #join} wants it. */
  public String address() {
    return HOST + ":" + port;
  }

  public Vertx vertx() {
    return vertx;
  }

  /** What a future brings; fails as it does, or when it takes too long. */
  public static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing within " + LIMIT_SECS + " s", e);
    }
  }

  @Override
  public void close() {
    get(vertx.close());
  }
}
