package dev.standby.support;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A reader of a stream as {@code EventSource} is one: it comes back when its connection breaks,
 * here to the next node, and says what it saw last.
 */
public final class Follower {
  private static final int PAUSE_MILLIS = 100;
  private static final long OPEN_LIMIT_MILLIS = 3000;
  private static final int NO_CONTENT = 204;

  private final AtomicInteger reopened = new AtomicInteger();
  private final Swarm swarm;
  private final String key;
  private final CompletableFuture<JsonNode> begun = new CompletableFuture<>();
  private final CompletableFuture<JsonNode> terminal = new CompletableFuture<>();
  private int node;
  private volatile String lastEventId;
  private volatile JsonNode last;
  private volatile long heardNanos;

  Follower(Swarm swarm, int node, String key) {
    this.swarm = swarm;
    this.node = node;
    this.key = key;
    open();
  }

  private void open() {
    Sse sse = swarm.stream(node, key, lastEventId);
    watch(
        sse.opened()
            .orTimeout(OPEN_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
            .handle(
                (status, failure) -> {
                  if (failure != null) {
                    // Nobody answers, perhaps because the node is stopped.
                    sse.cancel();
                    elsewhere();
                  } else {
                    watch(sse.ended().handle((end, broken) -> ended(sse, status)));
                    awaitFirst(sse);
                  }
                  return null;
                }));
  }

  /** Fails the reader if a step throws. */
  private <T> void watch(CompletableFuture<T> step) {
    CompletableFuture<T> unused =
        step.exceptionally(
            failure -> {
              begun.completeExceptionally(failure);
              terminal.completeExceptionally(failure);
              return null;
            });
  }

  private void in(long millis, Runnable step) {
    watch(swarm.in(millis, () -> CompletableFuture.completedFuture(null)).thenRun(step));
  }

  private void awaitFirst(Sse sse) {
    if (sse.count() > 0) {
      begun.complete(sse.last());
    } else if (!sse.ended().isDone()) {
      in(1, () -> awaitFirst(sse));
    }
  }

  private Void ended(Sse sse, int status) {
    if (sse.count() > 0) {
      last = sse.last();
      lastEventId = sse.lastEventId();
      heardNanos = sse.lastFrameNanos();
      begun.complete(last);
    }
    if (last != null && !last.path("status").asText().equals("waiting")) {
      terminal.complete(last);
    } else if (status == NO_CONTENT) {
      terminal.completeExceptionally(
          new AssertionError(key + ": told that it has seen the end, which it has not"));
    } else {
      elsewhere();
    }
    return null;
  }

  private void elsewhere() {
    reopened.incrementAndGet();
    node++;
    in(PAUSE_MILLIS, this::open);
  }

  /** The trigger of the first frame. */
  public CompletableFuture<JsonNode> begun() {
    return begun;
  }

  /** The trigger as it ended. */
  public CompletableFuture<JsonNode> terminal() {
    return terminal;
  }

  /** When the end was heard, by {@link System#nanoTime}. */
  public long heardNanos() {
    return heardNanos;
  }

  /** How often it had to come back. */
  public int reopened() {
    return reopened.get();
  }

  public String key() {
    return key;
  }
}
