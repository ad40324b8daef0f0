package dev.standby.fault;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.TestCluster;
import io.vertx.core.http.HttpMethod;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Waits begin and end over three nodes, which are killed and started again, while readers of the
 * feed come and go at random: each sees every change, and those of a key in order.
 */
class FeedRaceTest {
  private static final int CHANGES = Integer.getInteger("standby.feed.changes", 3000);
  private static final int KILLS = Math.max(1, CHANGES / 25_000);

  /** What one step of a client changes: so many keys are registered and end. */
  private static final int KEYS = 20;

  private static final int CLIENTS = 8;
  private static final String PROJECT = "feed-race";
  private static final String FEED = "/v1/events?project_id=" + PROJECT;
  private static final String LAST = "the-last";

  private static TestCluster cluster;

  private final long seed = Long.getLong("standby.seed", 42);
  private final AtomicInteger steps = new AtomicInteger();

  @BeforeAll
  static void start() {
    cluster = TestCluster.shared();
  }

  @Test
  void shouldTellEveryReaderEveryChangeAndThoseOfAKeyInOrder() {
    String start = position();
    List<Reader> readers = List.of(new Reader(start, seed), new Reader(start, seed + 1));
    List<CompletableFuture<Void>> reading = readers.stream().map(Reader::start).toList();
    long began = System.nanoTime();

    int all = CHANGES / (2 * KEYS);
    List<CompletableFuture<Void>> clients =
        IntStream.range(0, CLIENTS).mapToObj(c -> client(c, new Random(seed + c), all)).toList();
    for (int kill = 1; kill <= KILLS; kill++) {
      int goal = all * kill / (KILLS + 1);
      Await.until(goal + " steps", Duration.ofMinutes(5), () -> steps.get() >= goal);
      cluster.node(kill % cluster.size()).kill();
      cluster.start(kill % cluster.size());
    }
    join(clients);
    double written = (System.nanoTime() - began) / 1e9;
    cluster.api(0).post(FEED, "{\"event_key\":\"" + LAST + "\"}");
    join(reading);

    Map<String, List<String>> changes = changes();
    long count = changes.values().stream().mapToInt(List::size).sum();
    for (Reader reader : readers) {
      assertThat(reader.first).as("each key's changes, in order").isEqualTo(changes);
      System.out.printf(
          "feed: %d changes of %d keys, written in %.1f s, read in %.1f s by %d connections,"
              + " %d told twice%n",
          count,
          changes.size(),
          written,
          (reader.endedNanos - began) / 1e9,
          reader.connections,
          reader.repeated);
    }
    assertThat(count).isGreaterThanOrEqualTo(CHANGES);
  }

  private static void join(List<CompletableFuture<Void>> futures) {
    CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .orTimeout(60 + CHANGES / 100, TimeUnit.SECONDS)
        .join();
  }

  /** A client registers some keys and has them end, in one way or another, again and again. */
  private CompletableFuture<Void> client(int number, Random random, int all) {
    if (steps.getAndIncrement() >= all) {
      return CompletableFuture.completedFuture(null);
    }
    String prefix = "key/" + number + "/";
    String items =
        IntStream.range(0, KEYS)
            .mapToObj(
                i ->
                    "{\"event_key\":\""
                        + prefix
                        + i
                        + "\",\"timeout_secs\":"
                        + (i == 0 && random.nextInt(10) == 0 ? 1 : 3600)
                        + "}")
            .collect(joining(","));
    int way = random.nextInt(3);
    return untilDone(random, HttpMethod.POST, "/v1/batch/register", "{\"items\":[" + items + "]}")
        .thenCompose(registered -> end(random, prefix, way))
        .thenCompose(ended -> client(number, random, all));
  }

  private CompletableFuture<Void> end(Random random, String prefix, int way) {
    String path = "/v1/events/prefix/" + Api.encode(prefix) + "/send";
    if (way == 0) {
      return untilDone(random, HttpMethod.POST, path, "{\"payload\":1}");
    }
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      String key = Api.path(prefix + i);
      boolean cancels = way == 1 && i % 2 == 0;
      ends.add(
          untilDone(
              random,
              cancels ? HttpMethod.DELETE : HttpMethod.POST,
              cancels ? key : key + "/send",
              cancels ? null : "{\"payload\":" + i + "}"));
    }
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }

  /** Repeats, at one node or another, until it is carried out; 409 says that it was before. */
  private CompletableFuture<Void> untilDone(
      Random random, HttpMethod method, String path, String body) {
    int node = random.nextInt(cluster.size());
    return cluster
        .swarm()
        .ask(node, method, path + "?project_id=" + PROJECT, body)
        .handle((reply, broken) -> broken == null ? reply.status() : 0)
        .thenCompose(
            status ->
                status == 0 || status == 503
                    ? cluster.swarm().in(50, () -> untilDone(random, method, path, body))
                    : CompletableFuture.completedFuture(null));
  }

  private static String position() {
    try (SseReader feed = SseReader.open(cluster.api(0).request(FEED))) {
      return feed.awaitOtherId(null);
    }
  }

  /** What has become of each key: the changes of its triggers, in their order. */
  private static Map<String, List<String>> changes() {
    Map<String, List<String>> changes = new HashMap<>();
    for (String row :
        cluster
            .ledger()
            .query(
                "SELECT event_key || ' ' || id || ' ' || status FROM event_trigger"
                    + " WHERE project_id = '"
                    + PROJECT
                    + "' AND event_key <> '"
                    + LAST
                    + "' ORDER BY requested_at, id")) {
      String[] parts = row.split(" ", -1);
      List<String> of = changes.computeIfAbsent(parts[0], key -> new ArrayList<>());
      of.add(parts[1] + " waiting");
      if (!parts[2].equals("waiting")) {
        of.add(parts[1] + " " + parts[2]);
      }
    }
    return changes;
  }

  /** Reads some frames at one node, then some at another, until it has read the last. */
  private static final class Reader {
    private final Random random;
    private String lastEventId;

    /** Each key's changes, in the order in which they were told first. */
    private final Map<String, List<String>> first = new HashMap<>();

    private int connections;
    private int repeated;
    private volatile long endedNanos;

    Reader(String after, long seed) {
      lastEventId = after;
      random = new Random(seed);
    }

    CompletableFuture<Void> start() {
      return CompletableFuture.runAsync(
          () -> {
            boolean over = false;
            while (!over) {
              over = read(1 + random.nextInt(400));
            }
            endedNanos = System.nanoTime();
          },
          work -> new Thread(work, "feed-reader").start());
    }

    /** Whether it was the last. */
    private boolean read(int frames) {
      connections++;
      try (SseReader feed =
          SseReader.open(
              cluster
                  .api(random.nextInt(cluster.size()))
                  .request(FEED)
                  .header("Last-Event-ID", lastEventId))) {
        for (int i = 0; i < frames && feed.status() == 200; i++) {
          SseReader.Frame frame = feed.next();
          if (frame == null) {
            return false;
          }
          assertThat(frame.event()).isEqualTo("status");
          lastEventId = frame.id();
          String key = frame.json().get("event_key").asText();
          if (key.equals(LAST)) {
            return true;
          }
          List<String> of = first.computeIfAbsent(key, any -> new ArrayList<>());
          String change = frame.json().get("id").asText() + " " + frame.status();
          if (of.contains(change)) {
            repeated++;
          } else {
            of.add(change);
          }
        }
      } catch (UncheckedIOException e) {
        // Its node has been killed, or is not there yet.
        return false;
      }
      return false;
    }
  }
}
