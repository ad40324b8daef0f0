package dev.standby.bus;

import dev.standby.bus.Nodes.About;
import dev.standby.bus.Nodes.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of the cluster. Whoever wants to know asks them all, and shows for those that do not
 * answer in time what they said before. A node asks when it starts, so all know it from then on;
 * members of the cluster that are no nodes never answer, and are not shown.
 *
 * <p>Nothing here reads what Hazelcast distributes: that would block for as long as a member hangs.
 *
 * <p>Not thread-safe: belongs to the context on which it is made.
 */
public final class Members {
  private static final Logger log = LoggerFactory.getLogger(Members.class);

  /** How long a node may take to answer. */
  private static final long ANSWER_MILLIS = 1000;

  /** How long what was found out is not asked for again. */
  private static final long FRESH_MILLIS = 1000;

  private static final String ASKER = "asker";
  private static final String ID = "id";

  private final Vertx vertx;
  private final Supplier<Future<About>> self;

  /** Null when there is no cluster. */
  private final ClusterManager cluster;

  private final String id;

  /** The other nodes, and what they said last; nothing of those that have only asked. */
  private final Map<String, About> known = new HashMap<>();

  private final Set<String> met = new HashSet<>();

  private Round round;

  private Members(Vertx vertx, Supplier<Future<About>> self) {
    this.vertx = vertx;
    this.self = self;
    this.cluster = ((VertxInternal) vertx).clusterManager();
    this.id = cluster == null ? UUID.randomUUID().toString() : cluster.getNodeId();
  }

  /**
   * Starts to answer the others, with what {@code self} says; they are told that there is one more.
   *
   * @return ready when they can ask
   */
  public static Future<Members> start(Vertx vertx, Supplier<Future<About>> self) {
    Members members = new Members(vertx, self);
    if (members.cluster == null) {
      return Future.succeededFuture(members);
    }
    return Future.all(
            vertx.eventBus().consumer(Addresses.NODES, members::asked).completion(),
            vertx.eventBus().consumer(inbox(members.id), members::answered).completion())
        .onSuccess(ready -> members.ask())
        .map(members);
  }

  /** All nodes, in at most about a second. */
  public Future<Nodes.All> all() {
    if (round == null) {
      Round asking = new Round();
      round = asking;
      asking.begin();
    }
    return round.result.future();
  }

  private static String inbox(String node) {
    return Addresses.NODES + "." + node;
  }

  private void ask() {
    vertx.eventBus().publish(Addresses.NODES, new JsonObject().put(ASKER, id));
  }

  private void asked(Message<JsonObject> question) {
    String asker = question.body().getString(ASKER);
    if (id.equals(asker)) {
      return;
    }
    met.add(asker);
    self.get()
        .onComplete(
            about -> vertx.eventBus().send(inbox(asker), NodeJson.encode(about).put(ID, id)),
            failure -> log.atDebug().setCause(failure).log("cannot tell about this node"));
  }

  private void answered(Message<JsonObject> answer) {
    String node = answer.body().getString(ID);
    met.add(node);
    known.put(node, NodeJson.decode(answer.body()));
    if (round != null) {
      round.heard(node);
    }
  }

  /** One look at all of them, for everybody who asks meanwhile or shortly after. */
  private final class Round {
    private final Promise<Nodes.All> result = Promise.promise();
    private final Set<String> responding = new HashSet<>();
    private About own;

    /** Whether those that have not answered by now are not waited for. */
    private boolean late;

    void begin() {
      if (cluster != null) {
        List<String> present = cluster.getNodes();
        met.retainAll(present);
        known.keySet().retainAll(present);
        ask();
      }
      vertx.setTimer(
          ANSWER_MILLIS,
          timer -> {
            late = true;
            finishIfComplete();
          });
      self.get()
          .onComplete(
              about -> {
                own = about;
                finishIfComplete();
              },
              failure -> {
                result.tryFail(failure);
                round = null;
              });
    }

    void heard(String node) {
      responding.add(node);
      finishIfComplete();
    }

    private void finishIfComplete() {
      if (own != null && (late || responding.containsAll(met)) && !result.future().isComplete()) {
        finish();
      }
    }

    private void finish() {
      List<Node> nodes = new ArrayList<>(List.of(new Node(id, true, true, own)));
      known.forEach(
          (node, about) -> nodes.add(new Node(node, false, responding.contains(node), about)));
      nodes.sort(
          Comparator.comparing((Node node) -> node.about().startedAt()).thenComparing(Node::id));
      result.complete(new Nodes.All(nodes));
      vertx.setTimer(FRESH_MILLIS, timer -> round = null);
    }
  }
}
