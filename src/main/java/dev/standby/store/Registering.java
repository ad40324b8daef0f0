package dev.standby.store;

import static java.util.stream.Collectors.toSet;

import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Terms;
import dev.standby.trigger.TriggerType;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Registers waits, in batches. */
final class Registering implements Lane.Statement<Command.Register, Outcome.Registered> {
  private final Route<Command.Register, Outcome.Registered> lane;
  private final short shard;
  private final boolean audit;
  private final ProjectCap cap;
  private final Finishing finishing;
  private final Announcer announcer;
  private final Route<Command.Register, EventTrigger> taking;
  private final Demanding demanding;

  /**
   * Makes its lane with {@code lanes}.
   *
   * @param shard of the counters, which no other lane of this node writes
   * @param audit whether it is written down who asked
   * @param cap how many waits a project may have
   * @param finishing ends a wait whose deadline has passed, and which is in the way
   * @param taking gives a registration an event that is held for its key, or null
   * @param demanding does so for one that has a schema, or sends on
   * @param announcer told of what a commit has registered
   */
  Registering(
      Function<
              Lane.Statement<Command.Register, Outcome.Registered>,
              Route<Command.Register, Outcome.Registered>>
          lanes,
      short shard,
      boolean audit,
      ProjectCap cap,
      Finishing finishing,
      Route<Command.Register, EventTrigger> taking,
      Demanding demanding,
      Announcer announcer) {
    this.lane = lanes.apply(this);
    this.shard = shard;
    this.audit = audit;
    this.cap = cap;
    this.finishing = finishing;
    this.announcer = announcer;
    this.taking = taking;
    this.demanding = demanding;
  }

  /** Registers a wait, or finds the one that is there; fails with a {@link Rejection}. */
  Future<Outcome.Registered> register(Command.Register command) {
    return lane.submit(
        command.projectId() == null ? command.inProject(Command.DEFAULT_PROJECT) : command);
  }

  @Override
  public Future<Lane.Answers> run(
      SqlConnection sql, List<Entry<Command.Register, Outcome.Registered>> entries) {
    Future<List<Entry<Command.Register, Outcome.Registered>>> unknown =
        entries.stream().noneMatch(Entry::uncertain)
            ? Future.succeededFuture(entries)
            : recognize(sql, entries);
    return unknown
        .compose(rest -> withinCap(sql, rest))
        .compose(
            rest -> rest.isEmpty() ? Future.succeededFuture(Lane.Answers.NONE) : insert(sql, rest));
  }

  /**
   * Gives those for which their projects have room; to the others nothing new may be registered.
   */
  private Future<List<Entry<Command.Register, Outcome.Registered>>> withinCap(
      SqlConnection sql, List<Entry<Command.Register, Outcome.Registered>> entries) {
    return cap.room(
            sql, entries.stream().map(entry -> entry.command().projectId()).collect(toSet()))
        .compose(
            room -> {
              List<Entry<Command.Register, Outcome.Registered>> within = new ArrayList<>();
              List<Entry<Command.Register, Outcome.Registered>> beyond = new ArrayList<>();
              for (Entry<Command.Register, Outcome.Registered> entry : entries) {
                boolean fits = room.merge(entry.command().projectId(), -1L, Long::sum) >= 0;
                (fits ? within : beyond).add(entry);
              }
              return beyond.isEmpty()
                  ? Future.succeededFuture(within)
                  : refuse(sql, beyond).map(within);
            });
  }

  /** Answers those whose key waits already, as ever, and refuses the others. */
  private static Future<Void> refuse(
      SqlConnection sql, List<Entry<Command.Register, Outcome.Registered>> entries) {
    return read(
        sql,
        entries,
        (entry, found) -> {
          if (found.waiting()) {
            Judge.registration(entry, found.trigger(), false);
          } else {
            entry.fail(
                Rejection.of(Reason.RATE_LIMITED, "The project has as many waits as it may"));
          }
        });
  }

  /** Answers those whose trigger is there, from a try whose answer was lost; gives the others. */
  private static Future<List<Entry<Command.Register, Outcome.Registered>>> recognize(
      SqlConnection sql, List<Entry<Command.Register, Outcome.Registered>> entries) {
    return read(
            sql,
            entries,
            (entry, found) -> {
              if (found.trigger() != null && found.trigger().id().equals(entry.id())) {
                entry.answer(new Outcome.Registered(found.trigger(), true));
              }
            })
        .map(read -> entries.stream().filter(entry -> !entry.answered()).toList());
  }

  /** Has each entry look at the newest trigger of its key. */
  private static Future<Void> read(
      SqlConnection sql,
      List<Entry<Command.Register, Outcome.Registered>> entries,
      BiConsumer<Entry<Command.Register, Outcome.Registered>, Reading.Found> look) {
    Batch<Command.Register, Outcome.Registered> batch = batch(entries);
    return Reading.read(sql, batch)
        .map(
            found -> {
              for (int i = 0; i < found.size(); i++) {
                for (Entry<Command.Register, Outcome.Registered> entry :
                    batch.groups().get(i).entries()) {
                  look.accept(entry, found.get(i));
                }
              }
              return null;
            });
  }

  private Future<Lane.Answers> insert(
      SqlConnection sql, List<Entry<Command.Register, Outcome.Registered>> entries) {
    Batch<Command.Register, Outcome.Registered> batch = batch(entries);
    int size = batch.groups().size();
    UUID[] ids = new UUID[size];
    for (int i = 0; i < size; i++) {
      ids[i] = batch.groups().get(i).first().chooseId();
    }
    return sql.preparedQuery(Sql.REGISTER.text(audit))
        .execute(
            addTerms(
                    columns(batch, ids)
                        .addValue(shard)
                        .addArrayOfString(batch.column(audit, c -> c.origin().actor()))
                        .addArrayOfString(batch.column(audit, c -> c.origin().address()))
                        .addArrayOfString(batch.column(audit, c -> c.origin().requestId())),
                    batch)
                .addArrayOfString(batch.traceparents()))
        .map(rows -> () -> give(sql, batch, ids, rows));
  }

  /** What a statement writes for each group, as its first parameters. */
  static Tuple columns(Batch<Command.Register, ?> batch, UUID[] ids) {
    return Tuple.tuple()
        .addArrayOfUUID(ids)
        .addArrayOfString(batch.projects())
        .addArrayOfString(batch.keys())
        .addArrayOfString(batch.column(c -> c.sourceType().code()))
        .addArrayOfString(batch.column(Command.Register::workflowRunId))
        .addArrayOfString(batch.column(Command.Register::workflowStepRunId))
        .addArrayOfString(batch.column(Command.Register::jobRunId))
        .addArrayOfString(batch.column(Command.Register::requestPayload))
        .addArrayOfInteger(
            batch.groups().stream()
                .map(group -> group.command().timeoutSecs())
                .toArray(Integer[]::new));
  }

  /** What else the groups ask for, as a statement's last parameters. */
  static Tuple addTerms(Tuple parameters, Batch<Command.Register, ?> batch) {
    boolean any =
        batch.groups().stream().anyMatch(group -> !group.command().terms().equals(Terms.NONE));
    return parameters
        .addArrayOfString(
            batch.column(
                any, c -> c.terms().type() == TriggerType.EVENT ? null : c.terms().type().code()))
        .addArrayOfString(batch.column(any, c -> c.terms().payloadSchema()))
        .addArrayOfString(batch.column(any, c -> c.terms().timeoutPayload()))
        .addArrayOfString(batch.column(any, c -> c.terms().notifyUrl()))
        .addArrayOfString(batch.column(any, c -> c.terms().emitKey()));
  }

  private Future<Void> give(
      SqlConnection sql,
      Batch<Command.Register, Outcome.Registered> batch,
      UUID[] ids,
      RowSet<Row> rows) {
    Map<UUID, EventTrigger> created = new HashMap<>(rows.size() * 2);
    for (Row row : rows) {
      EventTrigger trigger = Rows.trigger(row, 0);
      created.put(trigger.id(), trigger);
    }
    List<Entry<Command.Register, Outcome.Registered>> missed = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      EventTrigger trigger = created.get(ids[i]);
      if (trigger == null) {
        missed.addAll(batch.groups().get(i).entries());
      } else {
        cap.added(trigger.projectId());
        answer(batch.groups().get(i).entries(), trigger);
      }
    }
    announcer.registered(List.copyOf(created.values()));
    return missed.isEmpty() ? Future.succeededFuture() : read(sql, missed, this::judge);
  }

  private static Batch<Command.Register, Outcome.Registered> batch(
      List<Entry<Command.Register, Outcome.Registered>> entries) {
    return Batch.of(entries, c -> new Batch.Name(c.projectId(), c.eventKey()));
  }

  private static void answer(
      List<Entry<Command.Register, Outcome.Registered>> group, EventTrigger trigger) {
    group.get(0).answer(new Outcome.Registered(trigger, true));
    group.subList(1, group.size()).forEach(entry -> Judge.registration(entry, trigger, false));
  }

  /** Judges one who registered nothing by what waits in the way. */
  private void judge(Entry<Command.Register, Outcome.Registered> entry, Reading.Found found) {
    if (found.waiting()) {
      EventTrigger trigger = found.trigger();
      Judge.registration(entry, trigger, trigger.id().equals(entry.id()));
    } else if (found.due()) {
      finishing
          .ifDue(found.trigger().eventKey(), found.trigger().projectId())
          .onSuccess(ended -> lane.again(entry))
          .onFailure(entry::fail);
    } else {
      // What was in the way has ended in between, or is an event that is held.
      Future<EventTrigger> taken =
          entry.command().terms().simple()
              ? taking.submit(entry.command())
              : demanding.take(entry.command());
      taken.onSuccess(trigger -> taken(entry, trigger)).onFailure(entry::fail);
    }
  }

  private void taken(Entry<Command.Register, Outcome.Registered> entry, EventTrigger trigger) {
    if (trigger == null) {
      lane.again(entry);
    } else {
      entry.answer(new Outcome.Registered(trigger, true));
    }
  }
}
