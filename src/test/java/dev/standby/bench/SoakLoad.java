package dev.standby.bench;

import dev.standby.support.Follower;
import dev.standby.support.Sse;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Clients that begin so many scenes a second, whatever the nodes do: a registration, perhaps a
 * stream, and an end by send, deadline or cancel. What is not answered is repeated at another node.
 */
final class SoakLoad implements AutoCloseable {
  private static final int TICKS_PER_SEC = 50;
  private static final int MAX_AHEAD_MILLIS = 2000;

  /** Clients who repeat what is late would else pile up on a machine that can't keep up. */
  private static final int MAX_OPEN = 3000;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Random random = new Random(1);
  private final Swarm swarm;
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong heldBack = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private final Set<Follower> unheard = ConcurrentHashMap.newKeySet();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private volatile Figures figures = new Figures();

  /** What was measured since the last look; latencies in microseconds. */
  static final class Figures {
    /** From asking until a send's answer. */
    final Histogram sends = new ConcurrentHistogram(3);

    /** From the send's answer until the frame at a stream, maybe of another node. */
    final Histogram frames = new ConcurrentHistogram(3);

    /** From the deadline until the frame that tells of it. */
    final Histogram deadlines = new ConcurrentHistogram(3);
  }

  SoakLoad(Swarm swarm, int scenesPerSec) {
    this.swarm = swarm;
    ScheduledFuture<?> unused =
        clock.scheduleAtFixedRate(
            () -> begin(scenesPerSec / TICKS_PER_SEC),
            0,
            1000 / TICKS_PER_SEC,
            TimeUnit.MILLISECONDS);
  }

  private void begin(int scenes) {
    for (int i = 0; i < scenes; i++) {
      if (open.get() < MAX_OPEN) {
        track(scene());
      } else {
        heldBack.incrementAndGet();
      }
    }
  }

  private CompletableFuture<?> scene() {
    String key = "soak/" + begun.incrementAndGet();
    int node = random.nextInt(1000);
    return switch (random.nextInt(20)) {
      case 0, 1 ->
          register(key, node, "\"timeout_secs\":" + (1 + random.nextInt(5)))
              .thenRun(() -> follow(node + 1, key));
      case 2 ->
          register(key, node, "")
              .thenRun(() -> follow(node + 1, key))
              .thenCompose(waiting -> ask(node + 2, at -> swarm.cancel(at, key)));
      case 3 -> abandoned(key, node);
      case 4, 5, 6, 7, 8, 9 -> {
        long pause = random.nextInt(MAX_AHEAD_MILLIS);
        yield register(key, node, "")
            .thenCompose(
                waiting -> {
                  Follower follower = follow(node + 1, key);
                  return swarm
                      .in(pause, () -> send(key, node + 2))
                      .thenCombine(
                          follower.terminal(),
                          (answered, heard) -> {
                            figures.frames.recordValue(
                                Math.max(0, follower.heardNanos() - answered) / 1000);
                            return heard;
                          });
                });
      }
      default -> register(key, node, "").thenCompose(waiting -> send(key, node + 1));
    };
  }

  /** A stream whose client goes away before there is news. */
  private CompletableFuture<?> abandoned(String key, int node) {
    return register(key, node, "")
        .thenCompose(
            waiting -> {
              Sse sse = swarm.stream(node + 1, key);
              return sse.opened().handle((status, failure) -> sse).thenAccept(Sse::cancel);
            })
        .thenCompose(gone -> send(key, node + 2));
  }

  private CompletableFuture<Reply> register(String key, int node, String fields) {
    return ask(node, at -> swarm.register(at, key, fields));
  }

  /** Gives when the answer came. */
  private CompletableFuture<Long> send(String key, int node) {
    long asked = System.nanoTime();
    return ask(node, at -> swarm.send(at, key, "{\"ok\":true}"))
        .thenApply(
            reply -> {
              long answered = System.nanoTime();
              figures.sends.recordValue((answered - asked) / 1000);
              return answered;
            });
  }

  private Follower follow(int node, String key) {
    Follower follower = swarm.follow(node, key);
    unheard.add(follower);
    track(
        follower
            .terminal()
            .thenAccept(
                trigger -> {
                  unheard.remove(follower);
                  if (trigger.path("status").asText().equals("timed_out")) {
                    long sinceNanos = System.nanoTime() - follower.heardNanos();
                    Instant heard = Instant.now().minusNanos(sinceNanos);
                    Instant due = Instant.parse(trigger.path("expires_at").asText());
                    figures.deadlines.recordValue(
                        Math.max(
                            0,
                            TimeUnit.MILLISECONDS.toMicros(due.until(heard, ChronoUnit.MILLIS))));
                  }
                }));
    return follower;
  }

  private CompletableFuture<Reply> ask(int node, IntFunction<CompletableFuture<Reply>> attempt) {
    return swarm
        .untilAnswered(node, attempt)
        .thenApply(
            reply -> {
              answers.incrementAndGet();
              // A cancel whose answer was lost is refused when it is repeated.
              if (reply.status() >= 300
                  && !reply.trigger().path("status").asText().equals("canceled")) {
                surprises.add(reply.toString());
              }
              return reply;
            });
  }

  private void track(CompletableFuture<?> scene) {
    open.incrementAndGet();
    CompletableFuture<?> unused =
        scene.whenComplete(
            (done, failure) -> {
              open.decrementAndGet();
              if (failure != null) {
                surprises.add(failure.toString());
              }
            });
  }

  /** How many scenes have begun. */
  long begun() {
    return begun.get();
  }

  /** How many did not begin when they should have, as so many others went on. */
  long heldBack() {
    return heldBack.get();
  }

  /** How many requests were answered. */
  long answers() {
    return answers.get();
  }

  /** What was measured since it was asked last. */
  Figures take() {
    Figures taken = figures;
    figures = new Figures();
    return taken;
  }

  /** Begins no more, and waits for those that have begun. */
  void finish(long limitSecs) throws InterruptedException {
    clock.shutdown();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSecs);
    while (open.get() > 0 && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** Streams that have not been told of an end. */
  int unheard() {
    return unheard.size();
  }

  /** Answers and failures that no kill excuses. */
  Queue<String> surprises() {
    return surprises;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
