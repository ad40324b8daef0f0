package dev.standby.store;

import dev.standby.trigger.AuditEntry;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Status;
import dev.standby.trigger.TriggerType;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends waits that have a schema, or send on: each in a transaction of its own, with all that
 * follows. The statements of the lanes leave them alone, so that nobody else pays for them.
 */
final class Demanding {
  private static final Logger log = LoggerFactory.getLogger(Demanding.class);

  /** Who sends on what has slept. */
  private static final String DEADLINE = "deadline";

  /**
   * How much of what has slept is sent on at once, a transaction for each: the other deadlines wait
   * for it.
   */
  private static final int SLEEPS = 20;

  private final Transactions transactions;
  private final Endings endings;
  private final Taking taking;
  private final Chain chain;
  private final boolean audit;
  private final Announcer announcer;

  /**
   * Ends waits in those transactions.
   *
   * @param transactions on connections of their own, as a long chain takes its time
   * @param endings ends waits
   * @param taking gives registrations what is held
   * @param chain what follows
   * @param audit whether it is written down what was refused
   * @param announcer told of what a commit has ended
   */
  Demanding(
      Transactions transactions,
      Endings endings,
      Taking taking,
      Chain chain,
      boolean audit,
      Announcer announcer) {
    this.transactions = transactions;
    this.endings = endings;
    this.taking = taking;
    this.chain = chain;
    this.audit = audit;
    this.announcer = announcer;
  }

  /**
   * Ends a wait as asked.
   *
   * @param trigger that waits
   * @param due whether its deadline has passed
   * @param lane ends it where nothing follows
   * @return the trigger; null when it has changed meanwhile, and is to be looked at anew
   */
  Future<EventTrigger> end(
      Ending ending,
      EventTrigger trigger,
      boolean due,
      Function<Ending, Future<EventTrigger>> lane) {
    if (due) {
      Future<?> over =
          sleepsAndSendsOn(trigger)
              ? endDue(trigger)
              : lane.apply(Ending.ifDue(trigger.eventKey(), trigger.projectId()));
      return over.mapEmpty();
    }
    Ending whole = ending.wholly(trigger);
    if (ending.status() != Status.RECEIVED) {
      return run(whole, true);
    }
    // Before anything is locked: it may take its time.
    return chain
        .check(trigger, ending.payload())
        .compose(
            fit ->
                trigger.terms().emitKey() != null
                    ? run(whole, true)
                    : lane.apply(whole).recover(Demanding::nullIfGone));
  }

  private static boolean sleepsAndSendsOn(EventTrigger trigger) {
    return trigger.terms().type() == TriggerType.SLEEP && trigger.terms().emitKey() != null;
  }

  private static Future<EventTrigger> nullIfGone(Throwable failure) {
    return failure instanceof Rejection refused && refused.reason() == Reason.NOT_FOUND
        ? Future.succeededFuture()
        : Future.failedFuture(failure);
  }

  private Future<EventTrigger> run(Ending ending, boolean follow) {
    return inTransaction(
        ending.origin(), follow, (sql, commit) -> endings.run(sql, List.of(ending), commit));
  }

  /**
   * Registers a wait for a key for which events are held, received at once by the oldest.
   *
   * @return the trigger; null when none is held any more
   */
  Future<EventTrigger> take(Command.Register command) {
    Entry<Command.Register, EventTrigger> entry = new Entry<>(command, 0);
    return inTransaction(
        command.origin(),
        true,
        (sql, commit) -> taking.take(sql, Taking.batch(List.of(entry)), commit));
  }

  /**
   * Ends a piece of what sleeps, is due and sends on, leaving to others what they are at.
   *
   * @param queries finds it
   * @return whether there may be more
   */
  Future<Boolean> endDue(Queries queries) {
    return queries
        .run(Sql.DUE_EMITTING, Tuple.of((long) SLEEPS))
        .compose(
            rows -> {
              Future<Void> done = Future.succeededFuture();
              for (Row row : rows) {
                done = done.compose(last -> endDue(row));
              }
              return done.map(rows.size() == SLEEPS);
            });
  }

  private Future<Void> endDue(Row row) {
    Ending ending = ofSleep(row.getString(0), row.getString(1), row.getUUID(2));
    return endDue(
        ending,
        (sql, commit) ->
            sql.preparedQuery(Sql.LOCK_DUE.text())
                .execute(Tuple.of(row.getString(0), row.getOffsetDateTime(3), row.getUUID(2)))
                .compose(
                    ours ->
                        ours.size() == 0
                            ? Future.succeededFuture(List.of())
                            : endings.run(sql, List.of(ending), commit)));
  }

  private Future<Void> endDue(EventTrigger trigger) {
    Ending ending = ofSleep(trigger.projectId(), trigger.eventKey(), trigger.id());
    return endDue(ending, (sql, commit) -> endings.run(sql, List.of(ending), commit));
  }

  private static Ending ofSleep(String projectId, String eventKey, UUID id) {
    return Ending.ofSleep(eventKey, projectId, id, new Origin(DEADLINE, null, null));
  }

  /** Ends it in any case: nobody is there to be told why it could not be sent on. */
  private Future<Void> endDue(Ending ending, Beginning beginning) {
    return inTransaction(ending.origin(), true, beginning)
        .recover(
            failure ->
                failure instanceof Rejection refused && refused.reason() != Reason.UNAVAILABLE
                    ? giveUp(ending, refused)
                    : Future.failedFuture(failure))
        .mapEmpty();
  }

  private Future<EventTrigger> giveUp(Ending ending, Rejection why) {
    log.atWarn()
        .addKeyValue("trigger_id", ending.id())
        .addKeyValue("reason", why.getMessage())
        .log("cannot send on what has slept");
    return inTransaction(
        ending.origin(),
        false,
        (sql, commit) ->
            endings
                .run(sql, List.of(ending), commit)
                .compose(ended -> written(sql, ending, ended, why).map(ended)));
  }

  private Future<Void> written(
      SqlConnection sql, Ending ending, List<EventTrigger> ended, Rejection why) {
    return audit && !ended.isEmpty()
        ? AuditLog.write(
            sql,
            new AuditEntry(
                0,
                null,
                ending.projectId(),
                "events.emit_refused",
                ending.eventKey(),
                ending.id(),
                new JsonObject().put("code", why.reason().code()).encode(),
                ending.origin()))
        : Future.succeededFuture();
  }

  /** What a transaction begins with; gives what it has ended. */
  private interface Beginning {
    Future<List<EventTrigger>> begin(SqlConnection sql, String commit);
  }

  /** The first of what a transaction has ended; null when that is nothing. */
  private Future<EventTrigger> inTransaction(Origin origin, boolean follow, Beginning beginning) {
    String commit = announcer.nextCommit();
    return transactions
        .transaction(
            sql ->
                beginning
                    .begin(sql, commit)
                    .compose(ended -> followed(sql, commit, ended, follow, origin)))
        .map(
            all -> {
              announcer.ended(commit, all);
              return all.isEmpty() ? null : all.get(0);
            });
  }

  private Future<List<EventTrigger>> followed(
      SqlConnection sql, String commit, List<EventTrigger> ended, boolean follow, Origin origin) {
    if (ended.isEmpty() || !follow) {
      return Future.succeededFuture(ended);
    }
    return chain
        .follow(sql, commit, ended, origin)
        .map(
            more -> {
              List<EventTrigger> all = new ArrayList<>(ended);
              all.addAll(more);
              return all;
            });
  }
}
