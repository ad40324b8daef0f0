package dev.standby.store;

import static java.util.stream.Collectors.toSet;

import dev.standby.trigger.Command;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Sends, of which some are kept when nobody waits for them (contract, section "Early events"). Its
 * lane answers with null when somebody waits now.
 */
final class Holding implements Lane.Statement<Command.Send, Outcome.Held> {
  /** How often a send may find nobody who waits, and then somebody in its way. */
  private static final int MAX_ROUNDS = 100;

  private final Route<Command.Send, Outcome.Held> lane;
  private final Finishing finishing;
  private final ProjectCap cap;
  private final HeldQueues queues;

  /**
   * Makes its lane with {@code lanes}.
   *
   * @param finishing sends to who waits
   * @param cap how many events may be held for a project
   * @param queues what the events are put into
   */
  Holding(
      Function<Lane.Statement<Command.Send, Outcome.Held>, Route<Command.Send, Outcome.Held>> lanes,
      Finishing finishing,
      ProjectCap cap,
      HeldQueues queues) {
    this.lane = lanes.apply(this);
    this.finishing = finishing;
    this.cap = cap;
    this.queues = queues;
  }

  /** Sends, and holds the event if that is wanted and nobody waits for it. */
  Future<Outcome.Sent> send(Command.Send send) {
    Future<Outcome.Sent> sent = finishing.finish(Ending.of(send)).map(trigger -> trigger);
    return send.holdSecs() == 0 ? sent : sent.recover(failure -> hold(send, failure, MAX_ROUNDS));
  }

  private Future<Outcome.Sent> hold(Command.Send send, Throwable failure, int rounds) {
    if (!nobodyWaits(failure)) {
      return Future.failedFuture(failure);
    }
    return lane.submit(send)
        .compose(
            held -> {
              if (held != null) {
                return Future.succeededFuture(held);
              }
              if (rounds == 0) {
                return Future.failedFuture(
                    Rejection.unavailable("The key changes too fast; nothing has been done"));
              }
              return finishing
                  .finish(Ending.of(send))
                  .<Outcome.Sent>map(trigger -> trigger)
                  .recover(again -> hold(send, again, rounds - 1));
            });
  }

  /** Whether a send failed because its key has no trigger, or none that waits. */
  private static boolean nobodyWaits(Throwable failure) {
    return failure instanceof Rejection refused
        && (refused.reason() == Reason.NOT_FOUND
            || (refused.reason() == Reason.CONFLICT && refused.trigger() != null));
  }

  @Override
  public Future<Lane.Answers> run(
      SqlConnection sql, List<Entry<Command.Send, Outcome.Held>> entries) {
    List<Entry<Command.Send, Outcome.Held>> certain = new ArrayList<>(entries.size());
    for (Entry<Command.Send, Outcome.Held> entry : entries) {
      if (entry.uncertain()) {
        // It may be held, or be received already: to hold it once more would deliver it twice.
        entry.fail(
            Rejection.unavailable(
                "The database went away while it was at this request, which may have been carried"
                    + " out: look whether the event is held, or received"));
      } else {
        certain.add(entry);
      }
    }
    if (certain.isEmpty()) {
      return Future.succeededFuture(Lane.Answers.NONE);
    }
    return cap.room(
            sql,
            certain.stream().map(entry -> HeldQueues.project(entry.command())).collect(toSet()))
        .compose(room -> hold(sql, within(room, certain)));
  }

  /** Those for which their projects have room; refuses the others. */
  private static List<Entry<Command.Send, Outcome.Held>> within(
      Map<String, Long> room, List<Entry<Command.Send, Outcome.Held>> entries) {
    List<Entry<Command.Send, Outcome.Held>> within = new ArrayList<>(entries.size());
    for (Entry<Command.Send, Outcome.Held> entry : entries) {
      if (room.merge(HeldQueues.project(entry.command()), -1L, Long::sum) >= 0) {
        within.add(entry);
      } else {
        entry.fail(HeldQueues.projectFull());
      }
    }
    return within;
  }

  private Future<Lane.Answers> hold(
      SqlConnection sql, List<Entry<Command.Send, Outcome.Held>> entries) {
    if (entries.isEmpty()) {
      return Future.succeededFuture(Lane.Answers.NONE);
    }
    Batch<Command.Send, Outcome.Held> batch = Batch.of(entries, send -> HeldQueues.name(send));
    return Slots.transactionally(sql, () -> queues.add(sql, batch))
        .map(
            held ->
                () -> {
                  answer(batch, held);
                  return Future.succeededFuture();
                });
  }

  private void answer(
      Batch<Command.Send, Outcome.Held> batch,
      Map<Entry<Command.Send, Outcome.Held>, Instant> held) {
    for (Batch.Group<Command.Send, Outcome.Held> group : batch.groups()) {
      for (Entry<Command.Send, Outcome.Held> entry : group.entries()) {
        Instant until = held.get(entry);
        if (until == null) {
          entry.answer(null);
        } else if (until.equals(Instant.MIN)) {
          entry.fail(HeldQueues.full(group.name().eventKey()));
        } else {
          cap.added(group.name().projectId());
          entry.answer(
              new Outcome.Held(
                  entry.id(), group.name().eventKey(), group.name().projectId(), until));
        }
      }
    }
  }
}
