package dev.standby.support;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Clients that register, stream and send without a break, each at another node than the step
 * before, repeat what was not answered, and keep what they were told.
 */
public final class Load implements AutoCloseable {
  private static final int PAUSE_MILLIS = 10;
  private static final long ANSWER_LIMIT_MILLIS = 10_000;

  private final Swarm swarm;
  private final int[] nodes;
  private final String prefix;
  private final AtomicInteger count = new AtomicInteger();
  private final List<CompletableFuture<Void>> clients;
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final Map<String, JsonNode> acknowledged = new ConcurrentHashMap<>();
  private final Map<String, Follower> followers = new ConcurrentHashMap<>();
  private final Map<String, Long> lateMillis = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /** One request: when it was made, of whom, how long it took; status 0 when it broke. */
  public record Request(long atNanos, int node, int status, long millis) {}

  /** Starts so many clients of those nodes, on keys that begin with {@code prefix}. */
  public Load(Swarm swarm, String prefix, int clients, int... nodes) {
    this.swarm = swarm;
    this.prefix = prefix;
    this.nodes = nodes.clone();
    this.clients = java.util.stream.IntStream.range(0, clients).mapToObj(c -> client()).toList();
  }

  private CompletableFuture<Void> client() {
    if (stopping) {
      return CompletableFuture.completedFuture(null);
    }
    int number = count.getAndIncrement();
    String key = prefix + number;
    return untilDone(number, node -> swarm.register(node, key, ""))
        .thenCompose(
            registered -> {
              Follower follower = swarm.follow(node(number + 1), key);
              followers.put(key, follower);
              return follower.begun();
            })
        .thenCompose(begun -> untilDone(number + 2, node -> swarm.send(node, key, "" + number)))
        .thenCompose(
            sent -> {
              long answered = System.nanoTime();
              acknowledged.put(key, sent.json());
              Follower follower = followers.get(key);
              return follower
                  .terminal()
                  .thenAccept(
                      heard ->
                          lateMillis.put(
                              key,
                              TimeUnit.NANOSECONDS.toMillis(
                                  Math.max(0, follower.heardNanos() - answered))));
            })
        .thenCompose(heard -> swarm.in(PAUSE_MILLIS, this::client));
  }

  private interface Attempt {
    CompletableFuture<Swarm.Reply> at(int node);
  }

  /** Repeats, at one node after another, until there is a success; an error of ours ends it. */
  private CompletableFuture<Swarm.Reply> untilDone(int turn, Attempt attempt) {
    return timed(node(turn), () -> attempt.at(node(turn)))
        .thenCompose(
            reply -> {
              if (reply != null && reply.status() < 300) {
                return CompletableFuture.completedFuture(reply);
              }
              if (reply != null && reply.status() != 503) {
                return CompletableFuture.failedFuture(new AssertionError(reply.toString()));
              }
              return swarm.in(10 * PAUSE_MILLIS, () -> untilDone(turn + 1, attempt));
            });
  }

  private CompletableFuture<Swarm.Reply> timed(
      int node, Supplier<CompletableFuture<Swarm.Reply>> request) {
    long began = System.nanoTime();
    return request
        .get()
        .orTimeout(ANSWER_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .handle(
            (reply, failure) -> {
              requests.add(
                  new Request(
                      began,
                      node,
                      failure == null ? reply.status() : 0,
                      TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)));
              return failure == null ? reply : null;
            });
  }

  private int node(int turn) {
    return nodes[turn % nodes.length];
  }

  /** How many waits have been acknowledged as received, and heard. */
  public int heard() {
    return lateMillis.size();
  }

  /** Waits until so many more have been acknowledged and heard. */
  public void awaitMore(int more) {
    int goal = heard() + more;
    Await.until(
        more + " more waits end",
        java.time.Duration.ofSeconds(60),
        () -> heard() >= goal || broken());
  }

  private boolean broken() {
    return clients.stream().anyMatch(CompletableFuture::isCompletedExceptionally);
  }

  /** Lets the clients finish what they are at; fails if one of them can't. */
  @Override
  public void close() {
    stopping = true;
    Swarm.all(clients);
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The longest of the requests to a node, in milliseconds. */
  public long slowestMillis(int... of) {
    return requests.stream()
        .filter(request -> Arrays.stream(of).anyMatch(node -> node == request.node()))
        .mapToLong(Request::millis)
        .max()
        .orElse(0);
  }

  /** How long after the send's answer the streams told the end, in milliseconds, in order. */
  public long[] lateMillis() {
    return lateMillis.values().stream().mapToLong(Long::longValue).sorted().toArray();
  }

  /** What each key's send was answered. */
  public Map<String, JsonNode> acknowledged() {
    return Map.copyOf(acknowledged);
  }

  public List<Follower> followers() {
    return List.copyOf(followers.values());
  }

  /** Fails unless every acknowledgement is what the database has, and every stream told it. */
  public void assertKept(Ledger ledger) {
    Map<String, List<Ledger.Row>> rows = ledger.rows(prefix);
    acknowledged.forEach(
        (key, trigger) -> {
          List<Ledger.Row> row = rows.getOrDefault(key, List.of());
          if (row.size() != 1
              || !row.get(0).isShownBy(trigger)
              || !row.get(0).isShownBy(followers.get(key).terminal().join())) {
            throw new AssertionError(key + ": acknowledged " + trigger + ", kept " + row);
          }
        });
    ledger.assertBalanced();
  }
}
