package dev.standby.store;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Tells what commits have changed. Each commit that ends waits has an id, which PostgreSQL notifies
 * the other nodes of as part of the commit; so a node that hears the id and no announcement knows
 * that it has missed one.
 */
final class Announcer {
  /**
   * How many changes are announced at once; between two pieces others get their turn. A piece that
   * is lost is for the slow tick.
   */
  static final int PIECE = 500;

  /**
   * How long others have it at least. A task that is only put behind the others' would not do: the
   * event loop looks at no socket until it has no task left, or for a second.
   */
  private static final long PAUSE_MILLIS = 1;

  private final Vertx vertx;
  private final Bus bus;
  private final String node;

  /** What is to be told later; null when it is told at once. */
  private final List<Runnable> kept;

  private long commits;

  Announcer(Vertx vertx, Bus bus) {
    this(vertx, bus, UUID.randomUUID().toString(), null);
  }

  private Announcer(Vertx vertx, Bus bus, String node, List<Runnable> kept) {
    this.vertx = vertx;
    this.bus = bus;
    this.node = node;
    this.kept = kept;
  }

  /** One for a commit that is still to come: it tells nothing until it is told to. */
  Announcer keeping() {
    return new Announcer(vertx, bus, nextCommit(), new ArrayList<>());
  }

  /** The commit has come: tells what it has kept. */
  void tell() {
    kept.forEach(Runnable::run);
  }

  private void tell(Runnable telling) {
    if (kept == null) {
      telling.run();
    } else {
      kept.add(telling);
    }
  }

  /** An id for a commit to come. */
  String nextCommit() {
    return node + ":" + ++commits;
  }

  /** A webhook delivery is due by what a commit has changed. */
  void webhookDue() {
    tell(() -> bus.tellLocally(Addresses.WEBHOOK_DUE, "retry"));
  }

  /** Announces what a commit has registered. */
  void registered(List<EventTrigger> triggers) {
    if (triggers.isEmpty()) {
      return;
    }
    int soonest = triggers.stream().mapToInt(EventTrigger::timeoutSecs).min().getAsInt();
    tell(
        () -> {
          bus.tellLocally(Addresses.DEADLINE, TimeUnit.SECONDS.toMillis(soonest));
          bus.announceRegistered(triggers);
        });
  }

  /** Announces of which triggers the commit of that id has moved the deadline to so soon. */
  void moved(String commit, List<EventTrigger> triggers, int timeoutSecs) {
    bus.tellLocally(Addresses.DEADLINE, TimeUnit.SECONDS.toMillis(timeoutSecs));
    ended(commit, triggers);
  }

  /** Announces what the commit of that id has ended. */
  void ended(String commit, List<EventTrigger> triggers) {
    ended(commit, triggers, Map.of());
  }

  /** As {@link #ended(String, List)}, with the traces of those who did it, by trigger. */
  void ended(String commit, List<EventTrigger> triggers, Map<UUID, String> traces) {
    tell(
        () -> {
          if (triggers.stream().anyMatch(trigger -> trigger.terms().notifyUrl() != null)) {
            bus.tellLocally(Addresses.WEBHOOK_DUE, commit);
          }
          announce(commit, triggers, traces);
        });
  }

  private void announce(String commit, List<EventTrigger> triggers, Map<UUID, String> traces) {
    if (triggers.size() > PIECE) {
      bus.announceEnded(commit, triggers.subList(0, PIECE), traces);
      List<EventTrigger> rest = triggers.subList(PIECE, triggers.size());
      vertx.setTimer(PAUSE_MILLIS, later -> announce(commit, rest, traces));
    } else if (!triggers.isEmpty()) {
      bus.announceEnded(commit, triggers, traces);
    }
  }
}
