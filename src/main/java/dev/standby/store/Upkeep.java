package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.TriggerRef;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * What a node asks for of itself: deadlines, and what is watched. On connections that no client's
 * request takes.
 */
final class Upkeep {
  /** How many bytes of payloads a statement may give; one trigger at least. */
  private static final long MAX_BYTES = 8 * 1024 * 1024;

  private final Queries queries;
  private final short shard;
  private final Demanding demanding;
  private final Announcer announcer;
  private final StoreMeters meters;

  /** How many waits are ended at once: while they are long, not many more than may be told. */
  private int room = Integer.MAX_VALUE;

  /**
   * Over that pool.
   *
   * @param shard of the counters, which nobody else on this node writes
   * @param demanding ends what sends on
   * @param announcer told of what a commit has ended
   * @param meters told how late that was
   */
  Upkeep(Pooled pool, short shard, Demanding demanding, Announcer announcer, StoreMeters meters) {
    this.queries = new Queries(pool);
    this.shard = shard;
    this.demanding = demanding;
    this.announcer = announcer;
    this.meters = meters;
  }

  Future<Outcome.Triggers> reread(Command.Reread command) {
    List<TriggerRef> refs = command.refs();
    Tuple parameters =
        Tuple.of(
            refs.stream().map(TriggerRef::projectId).toArray(String[]::new),
            refs.stream()
                .map(ref -> ref.requestedAt().atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new),
            refs.stream().map(TriggerRef::id).toArray(UUID[]::new),
            refs.stream().map(ref -> ref.seen().code()).toArray(String[]::new),
            refs.stream()
                .map(ref -> ref.deadline() == null ? null : ref.deadline().atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new),
            MAX_BYTES);
    return queries
        .run(Sql.REREAD, parameters)
        .map(rows -> new Outcome.Triggers(Rows.triggers(rows)));
  }

  /**
   * Ends some of what is due.
   *
   * @return whether there may be more
   */
  Future<Boolean> expire(int limit) {
    String commit = announcer.nextCommit();
    int most = Math.min(limit, room);
    return queries
        .run(Sql.EXPIRE, Tuple.of((long) most, shard, commit, MAX_BYTES))
        .map(
            rows -> {
              announcer.ended(commit, Rows.triggers(rows));
              meters.expired(rows);
              boolean cut = rows.size() < Rows.found(rows);
              room = cut ? 2 * rows.size() : 2 * most;
              return cut || rows.size() == most;
            })
        .compose(more -> more ? Future.succeededFuture(true) : demanding.endDue(queries));
  }

  /** Milliseconds until the next deadline, negative when it has passed; null when nothing waits. */
  Future<Long> nextDeadline() {
    return queries
        .run(Sql.NEXT_DEADLINE, Tuple.tuple())
        .map(rows -> rows.iterator().next().getLong(0));
  }
}
