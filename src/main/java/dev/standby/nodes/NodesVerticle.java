package dev.standby.nodes;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.Members;
import dev.standby.bus.Nodes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Says which nodes there are, and tells the others about this one. */
public final class NodesVerticle extends VerticleBase {
  private final String version;
  private final Supplier<String> url;
  private final MeterRegistry registry;

  /** How many were there when that was asked last: at first nobody but this one is known. */
  private final AtomicInteger responding = new AtomicInteger(1);

  private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
  private Bus bus;
  private String host;

  /**
   * A room of a node of that version.
   *
   * @param url where the node serves, once it does
   * @param registry of its meters
   */
  public NodesVerticle(String version, Supplier<String> url, MeterRegistry registry) {
    this.version = version;
    this.url = url;
    this.registry = registry;
  }

  @Override
  public Future<?> start() {
    bus = Bus.local(vertx);
    Gauge.builder("standby.cluster.nodes", responding, AtomicInteger::get)
        .description(
            "Nodes of the cluster that answered this one within a second when it asked last, with"
                + " itself; a scrape has it ask")
        .register(registry);
    return vertx
        .executeBlocking(NodesVerticle::hostName)
        .compose(
            name -> {
              host = name;
              return Members.start(vertx, this::about);
            })
        .compose(
            members ->
                bus.serveLocally(
                    Addresses.LIST_NODES,
                    String.class,
                    any -> members.all().onSuccess(this::counted)));
  }

  private void counted(Nodes.All all) {
    responding.set((int) all.nodes().stream().filter(Nodes.Node::responding).count());
  }

  private Future<Nodes.About> about() {
    return bus.<Nodes.Open>askLocally(Addresses.COUNT_OPEN, "")
        .map(open -> new Nodes.About(host, url.get(), version, startedAt, open));
  }

  /** The name of this machine, for which the resolver may be asked. */
  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
