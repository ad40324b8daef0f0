package dev.standby.store;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.standby.schema.Schemas;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What follows from waits that have ended, within the transaction that ended them: a payload must
 * satisfy the schema of the wait that received it, and is sent on to that wait's {@code emit_key};
 * is held there when nobody waits; and so on. Who fails to satisfy a schema anywhere has all of it
 * undone.
 */
final class Chain {
  /** The longest chain, in waits. */
  static final int MAX_LENGTH = 100;

  /** How often a key may be found to have nobody who waits, and then somebody in the way. */
  private static final int MAX_ROUNDS = 10;

  /** How long the checks of one generation may take: its rows are locked meanwhile. */
  private static final long MAX_CHECK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Schemas schemas;
  private final Endings endings;
  private final HeldQueues queues;
  private final ProjectCap cap;

  /**
   * A chain of such links.
   *
   * @param endings ends waits
   * @param queues holds what nobody waits for
   * @param cap how many events may be held for a project
   */
  Chain(Schemas schemas, Endings endings, HeldQueues queues, ProjectCap cap) {
    this.schemas = schemas;
    this.endings = endings;
    this.queues = queues;
    this.cap = cap;
  }

  /** A wait that has ended, and the keys by which the payload came to it, itself the last. */
  private record Link(EventTrigger trigger, List<String> path) {
    /** Whether an event ended it, and not its deadline. */
    boolean byEvent() {
      return trigger.status() == Status.RECEIVED && !trigger.endedByDeadline();
    }

    boolean sendsOn() {
      return trigger.status() == Status.RECEIVED && trigger.terms().emitKey() != null;
    }
  }

  /**
   * Sees to all that follows.
   *
   * @param ended what the transaction has ended
   * @param origin who asked for it
   * @return what has ended besides; fails with a {@link Rejection} if all must be undone
   */
  Future<List<EventTrigger>> follow(
      SqlConnection sql, String commit, List<EventTrigger> ended, Origin origin) {
    List<Link> links =
        ended.stream()
            .filter(trigger -> !trigger.terms().simple())
            .map(trigger -> new Link(trigger, List.of(trigger.eventKey())))
            .toList();
    Run run = new Run(sql, commit, origin, new ArrayList<>());
    return check(links).compose(fit -> run.sendOn(links)).map(done -> run.ended);
  }

  /** Fails unless each payload satisfies the schema of its wait. */
  private Future<Void> check(List<Link> links) {
    // A prefix send has one payload for all, and many waits have the same schema.
    Map<List<String>, EventTrigger> distinct = new LinkedHashMap<>();
    for (Link link : links) {
      String schema = link.trigger().terms().payloadSchema();
      if (link.byEvent() && schema != null) {
        distinct.putIfAbsent(
            Arrays.asList(schema, link.trigger().responsePayload()), link.trigger());
      }
    }
    Promise<Void> fit = Promise.promise();
    checkNext(distinct.values().iterator(), System.nanoTime(), fit);
    return fit.future();
  }

  /** One after the other, and not one within the other: they may be a hundred thousand. */
  private void checkNext(Iterator<EventTrigger> rest, long began, Promise<Void> fit) {
    if (!rest.hasNext()) {
      fit.complete();
    } else if (System.nanoTime() - began > MAX_CHECK_NANOS) {
      fit.fail(
          Rejection.of(
              Reason.VALIDATION_FAILED, "The schemas of all these waits take too long to check"));
    } else {
      EventTrigger next = rest.next();
      check(next, next.responsePayload())
          .onComplete(done -> checkNext(rest, began, fit), fit::fail);
    }
  }

  /** Fails unless that payload satisfies the schema of that wait. */
  Future<Void> check(EventTrigger trigger, String payload) {
    if (trigger.terms().payloadSchema() == null) {
      return Future.succeededFuture();
    }
    return schemas
        .faults(trigger.terms().payloadSchema(), payload)
        .compose(
            faults ->
                faults.isEmpty()
                    ? Future.succeededFuture()
                    : Future.failedFuture(Rejection.unfit(trigger.eventKey(), faults)));
  }

  /** One transaction's. */
  private final class Run {
    private final SqlConnection sql;
    private final String commit;
    private final Origin origin;
    private final List<EventTrigger> ended;

    Run(SqlConnection sql, String commit, Origin origin, List<EventTrigger> ended) {
      this.sql = sql;
      this.commit = commit;
      this.origin = origin;
      this.ended = ended;
    }

    Future<Void> sendOn(List<Link> links) {
      List<Link> sources = links.stream().filter(Link::sendsOn).toList();
      for (Link source : sources) {
        if (source.path().contains(source.trigger().terms().emitKey())) {
          return Future.failedFuture(refused(source, "The emit keys go round in a circle"));
        }
        if (source.path().size() == MAX_LENGTH) {
          return Future.failedFuture(
              refused(source, "More than " + MAX_LENGTH + " waits send on to each other"));
        }
      }
      return sources.isEmpty() ? Future.succeededFuture() : deliver(sources, MAX_ROUNDS);
    }

    private Rejection refused(Link source, String why) {
      String path =
          Stream.concat(source.path().stream(), Stream.of(source.trigger().terms().emitKey()))
              .limit(MAX_LENGTH)
              .map(key -> "'" + key + "'")
              .collect(joining(" → "));
      return Rejection.of(Reason.VALIDATION_FAILED, why + ": " + path);
    }

    /** Sends to who waits; to a key that several send to, the first. The rest is held. */
    private Future<Void> deliver(List<Link> sources, int rounds) {
      Map<Batch.Name, Link> first = new LinkedHashMap<>();
      List<Link> rest = new ArrayList<>();
      for (Link source : sources) {
        if (first.putIfAbsent(target(source), source) != null) {
          rest.add(source);
        }
      }
      List<Ending> sends =
          first.values().stream()
              .map(
                  source ->
                      Ending.emitted(
                          source.trigger().terms().emitKey(),
                          source.trigger().projectId(),
                          source.trigger().responsePayload(),
                          origin))
              .toList();
      return endings
          .run(sql, sends, commit)
          .compose(
              triggers -> {
                List<Link> reached = new ArrayList<>();
                for (EventTrigger trigger : triggers) {
                  Batch.Name name = new Batch.Name(trigger.projectId(), trigger.eventKey());
                  Link source = first.get(name);
                  Link link = new Link(trigger, with(source.path(), trigger.eventKey()));
                  reached.add(link);
                  if (link.byEvent()) {
                    first.remove(name);
                  }
                }
                ended.addAll(triggers);
                rest.addAll(first.values());
                return check(reached)
                    .compose(fit -> hold(rest, rounds))
                    .compose(held -> sendOn(reached));
              });
    }

    private Future<Void> hold(List<Link> sources, int rounds) {
      if (sources.isEmpty()) {
        return Future.succeededFuture();
      }
      List<Entry<Command.Send, Outcome.Held>> entries = new ArrayList<>(sources.size());
      Map<Entry<Command.Send, Outcome.Held>, Link> origins = new LinkedHashMap<>();
      for (Link source : sources) {
        Entry<Command.Send, Outcome.Held> entry = new Entry<>(heldSend(source), 0);
        entries.add(entry);
        origins.put(entry, source);
      }
      Set<String> projects =
          sources.stream().map(source -> source.trigger().projectId()).collect(toSet());
      return cap.room(sql, projects)
          .compose(
              room -> {
                sources.forEach(source -> room.merge(source.trigger().projectId(), -1L, Long::sum));
                return room.values().stream().anyMatch(left -> left < 0)
                    ? Future.failedFuture(HeldQueues.projectFull())
                    : queues.add(sql, Batch.of(entries, HeldQueues::name));
              })
          .compose(held -> heldOrAgain(origins, held, rounds));
    }

    private Future<Void> heldOrAgain(
        Map<Entry<Command.Send, Outcome.Held>, Link> origins,
        Map<Entry<Command.Send, Outcome.Held>, Instant> held,
        int rounds) {
      List<Link> again = new ArrayList<>();
      for (Map.Entry<Entry<Command.Send, Outcome.Held>, Link> each : origins.entrySet()) {
        Instant until = held.get(each.getKey());
        if (until == null) {
          again.add(each.getValue());
        } else if (until.equals(Instant.MIN)) {
          return Future.failedFuture(HeldQueues.full(each.getKey().command().eventKey()));
        } else {
          cap.added(each.getValue().trigger().projectId());
        }
      }
      if (again.isEmpty()) {
        return Future.succeededFuture();
      }
      return rounds == 0
          ? Future.failedFuture(
              Rejection.unavailable("A key changes too fast; nothing has been done"))
          : deliver(again, rounds - 1);
    }

    private Command.Send heldSend(Link source) {
      return new Command.Send(
          source.trigger().terms().emitKey(),
          source.trigger().projectId(),
          source.trigger().responsePayload(),
          Command.Send.MAX_HOLD_SECS,
          origin);
    }
  }

  private static Batch.Name target(Link source) {
    return new Batch.Name(source.trigger().projectId(), source.trigger().terms().emitKey());
  }

  private static List<String> with(List<String> path, String key) {
    return Stream.concat(path.stream(), Stream.of(key)).toList();
  }
}
