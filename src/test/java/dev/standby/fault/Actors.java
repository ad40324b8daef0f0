package dev.standby.fault;

import dev.standby.support.Follower;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Clients that play random scenes, each on keys of its own: a registration, readers, and one or
 * several ways of ending at once. What is not answered is repeated at another node. The scenes of a
 * client follow from the seed alone.
 */
final class Actors {
  private static final int GROUP = 4;

  private final Swarm swarm;
  private final String prefix;
  private final History history;
  private final List<CompletableFuture<Void>> actors = new ArrayList<>();
  private final Map<String, Follower> followers = new ConcurrentHashMap<>();
  private final Queue<String> ended = new ConcurrentLinkedQueue<>();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private final AtomicLong scenes = new AtomicLong();
  private volatile boolean stopping;

  Actors(Swarm swarm, String prefix, History history, long seed, int count) {
    this.swarm = swarm;
    this.prefix = prefix;
    this.history = history;
    for (int i = 0; i < count; i++) {
      actors.add(play(new Random(seed + 31 * (i + 1L)), "" + i, 0));
    }
  }

  private CompletableFuture<Void> play(Random random, String actor, int scene) {
    if (stopping) {
      return CompletableFuture.completedFuture(null);
    }
    scenes.incrementAndGet();
    String key = prefix + actor + "/" + scene + "/";
    int node = random.nextInt(1000);
    CompletableFuture<Void> played =
        switch (random.nextInt(7)) {
          case 0, 1 -> sendIt(key, node, random.nextInt(3));
          case 2 ->
              together(
                  key,
                  node,
                  List.of(() -> send(key, node + 1, "\"a\""), () -> send(key, node + 2, "\"b\"")));
          case 3 ->
              together(
                  key, node, List.of(() -> send(key, node + 1, "1"), () -> cancel(key, node + 2)));
          case 4 -> together(key, node, List.of(() -> cancel(key, node + 1)));
          case 5 -> resolveAll(key, node);
          default -> timeOut(key, node, random.nextBoolean());
        };
    return played.thenCompose(done -> swarm.in(5, () -> play(random, actor, scene + 1)));
  }

  private CompletableFuture<Void> sendIt(String key, int node, int readers) {
    return register(key, node, "")
        .thenRun(
            () -> {
              for (int i = 0; i < readers; i++) {
                follow(key, node + i, i);
              }
            })
        .thenCompose(registered -> send(key, node + 1, "{\"n\":1.50}"))
        .thenRun(() -> ended.add(key));
  }

  private CompletableFuture<Void> together(
      String key, int node, List<Supplier<CompletableFuture<Reply>>> endings) {
    return register(key, node, "\"request_payload\":[1]")
        .thenRun(() -> follow(key, node + 1, 0))
        .thenCompose(
            registered ->
                CompletableFuture.allOf(
                    endings.stream().map(Supplier::get).toArray(CompletableFuture[]::new)))
        .thenRun(() -> ended.add(key));
  }

  private CompletableFuture<Void> resolveAll(String key, int node) {
    CompletableFuture<?>[] registered = new CompletableFuture<?>[GROUP];
    for (int i = 0; i < GROUP; i++) {
      String member = key + i;
      int at = node + i;
      registered[i] = register(member, at, "").thenRun(() -> follow(member, at + 1, 0));
    }
    return CompletableFuture.allOf(registered)
        .thenCompose(
            all -> untilAnswered("prefix send", node, at -> swarm.sendPrefix(at, key, "[]")))
        .thenAccept(
            reply -> {
              reply.json().path("triggers").forEach(t -> history.add("prefix send", t));
              for (int i = 0; i < GROUP; i++) {
                ended.add(key + i);
              }
            });
  }

  private CompletableFuture<Void> timeOut(String key, int node, boolean sendLate) {
    return register(key, node, "\"timeout_secs\":1")
        .thenRun(() -> follow(key, node + 1, 0))
        .thenCompose(
            registered ->
                sendLate
                    ? swarm.in(1000, () -> send(key, node + 2, "2")).thenAccept(sent -> {})
                    : CompletableFuture.completedFuture(null))
        .thenRun(() -> ended.add(key));
  }

  private CompletableFuture<Reply> register(String key, int node, String fields) {
    return told("register", untilAnswered("register", node, at -> swarm.register(at, key, fields)));
  }

  private CompletableFuture<Reply> send(String key, int node, String payload) {
    return told("send", untilAnswered("send", node, at -> swarm.send(at, key, payload)));
  }

  private CompletableFuture<Reply> cancel(String key, int node) {
    return told("cancel", untilAnswered("cancel", node, at -> swarm.cancel(at, key)));
  }

  private CompletableFuture<Reply> told(String what, CompletableFuture<Reply> reply) {
    return reply.thenApply(
        answer -> {
          history.add(what + " " + answer.status(), answer.trigger());
          return answer;
        });
  }

  private void follow(String key, int node, int reader) {
    followers.put(key + "#" + reader, swarm.follow(node, key));
  }

  private CompletableFuture<Reply> untilAnswered(
      String what, int node, IntFunction<CompletableFuture<Reply>> attempt) {
    return swarm
        .untilAnswered(node, attempt)
        .thenApply(
            reply -> {
              if (reply.status() >= 300 && reply.status() != 409) {
                surprises.add(what + " " + reply);
              }
              return reply;
            });
  }

  /** Has every actor finish its scene. */
  void stop() {
    stopping = true;
    Swarm.all(actors);
  }

  /** Whether an actor has failed. */
  boolean broken() {
    return actors.stream().anyMatch(CompletableFuture::isCompletedExceptionally);
  }

  long scenes() {
    return scenes.get();
  }

  /** The readers, all of which have something to hear once the actors have stopped. */
  List<Follower> followers() {
    return List.copyOf(followers.values());
  }

  /** The keys whose waits have been ended, or end by themselves. */
  List<String> ended() {
    return List.copyOf(ended);
  }

  /** Answers that no fault excuses. */
  List<String> surprises() {
    return List.copyOf(surprises);
  }
}
