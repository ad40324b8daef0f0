package dev.standby.example;

import com.hazelcast.config.ClasspathXmlConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.NetworkConfig;
import dev.standby.bus.EventTriggers;
import dev.standby.bus.Registration;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Map;

/**
 * An application that is no Standby node: it joins the cluster, registers a wait for the approval
 * of an order, and goes on when the approval comes, on whichever node.
 *
 * <pre>OrderApproval 42 127.0.0.1:5701,127.0.0.1:5702</pre>
 *
 * <p>Meanwhile, anywhere: {@code curl -d '{"payload":{"by":"ann"}}' -H 'Content-Type:
 * application/json' http://127.0.0.1:8080/v1/events/order%2F42%2Fapproved/send}
 */
public final class OrderApproval extends VerticleBase {
  private static final String HOST = "127.0.0.1";

  private final String order;

  private OrderApproval(String order) {
    this.order = order;
  }

  @Override
  public Future<?> start() {
    EventTriggers triggers = EventTriggers.create(vertx);
    String key = "order/" + order + "/approved";
    return triggers
        .register(Registration.of(key).timeoutSecs(86_400).requestPayload(Map.of("order", order)))
        .onSuccess(
            registered -> {
              System.out.println("Waiting for " + registered.eventKey());
              goOn(triggers.await(key));
            });
  }

  private void goOn(Future<EventTrigger> approval) {
    approval
        .onSuccess(
            ended ->
                System.out.println(
                    "Order " + order + ": " + ended.status() + " " + ended.responsePayload()))
        .onFailure(failure -> System.err.println("Order " + order + ": " + failure.getMessage()))
        .eventually(vertx::close);
  }

  /** Waits for the approval of an order. */
  public static void main(String[] args) {
    String order = args[0];
    List<String> members = List.of(args[1].split(","));

    join(members)
        .compose(
            vertx ->
                vertx.deployVerticle(new OrderApproval(order)).onFailure(failure -> vertx.close()))
        .onFailure(failure -> System.err.println("Order " + order + ": " + failure.getMessage()));
  }

  /** Becomes a member of the cluster, with the cluster's own {@code cluster.xml}. */
  private static Future<Vertx> join(List<String> members) {
    System.setProperty("hazelcast.logging.type", "slf4j");
    Config hazelcast = new ClasspathXmlConfig("cluster.xml");
    NetworkConfig network = hazelcast.getNetworkConfig();
    network.getInterfaces().setEnabled(true).addInterface(HOST);
    network.getJoin().getTcpIpConfig().setMembers(members);
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(HOST)))
        .withClusterManager(new HazelcastClusterManager(hazelcast))
        .buildClustered();
  }
}
