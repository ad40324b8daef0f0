package dev.standby.store;

import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Filter;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * What is asked about many triggers at once: a statement for each request, on pooled connections.
 */
final class Bulk {
  /** How many rows a statement of a purge deletes; between two of them others get their turn. */
  private static final long PURGE_PIECE = 10_000;

  /** How many bytes of payloads the answer to a prefix send may have. */
  private static final long MAX_PREFIX_BYTES = 64 * 1024 * 1024;

  private final Vertx vertx;
  private final Transactions transactions;
  private final Queries queries;
  private final int prefixLimit;
  private final short shard;
  private final short purgeShard;
  private final boolean audit;
  private final Chain chain;
  private final Announcer announcer;

  /**
   * Asks so.
   *
   * @param queries for lists and statistics
   * @param transactions for what may change triggers
   * @param shard of the counters, which no lane of this node writes
   * @param purgeShard another, as a purge holds its rows for long
   * @param audit whether it is written down who asked
   * @param chain what follows from a prefix send
   * @param announcer told of what a commit has ended
   */
  Bulk(
      Vertx vertx,
      Queries queries,
      Transactions transactions,
      int prefixLimit,
      short shard,
      short purgeShard,
      boolean audit,
      Chain chain,
      Announcer announcer) {
    this.vertx = vertx;
    this.queries = queries;
    this.transactions = transactions;
    this.prefixLimit = prefixLimit;
    this.shard = shard;
    this.purgeShard = purgeShard;
    this.audit = audit;
    this.chain = chain;
    this.announcer = announcer;
  }

  Future<Outcome.Page> list(Command.ListPage query) {
    Filter filter = query.filter();
    Tuple parameters =
        Tuple.of(
            query.projectId(),
            filter.status() == null ? null : filter.status().code(),
            filter.workflowRunId(),
            filter.sourceType() == null ? null : filter.sourceType().code(),
            query.before() == null ? null : query.before().atOffset(ZoneOffset.UTC),
            query.limit() + 1L,
            filter.keyPrefix(),
            filter.jobRunId(),
            filter.type() == null ? null : filter.type().code(),
            filter.expiresBefore() == null ? null : filter.expiresBefore().atOffset(ZoneOffset.UTC),
            Page.MAX_BYTES);
    return queries
        .run(Sql.LIST, parameters)
        .compose(
            rows ->
                Page.cut(
                    Rows.triggers(rows),
                    Rows.bytes(rows),
                    query.limit(),
                    EventTrigger::requestedAt,
                    end -> list(query.rest(end)).map(rest -> !rest.triggers().isEmpty())))
        .map(cut -> new Outcome.Page(cut.rows(), cut.hasMore()));
  }

  Future<Outcome.Stats> stats(Command.GetStats command) {
    return queries
        .run(Sql.STATS, Tuple.of(command.projectId()))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              return new Outcome.Stats(
                  row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3), row.getDouble(4));
            });
  }

  Future<Outcome.Triggers> sendPrefix(Command.SendPrefix command) {
    String upper = Prefix.upperBound(command.prefix());
    String commit = announcer.nextCommit();
    return transactions
        .transaction(
            sql ->
                checkSize(sql, command, upper)
                    .compose(within -> resolve(sql, command, upper, commit)))
        .map(
            resolved -> {
              announcer.ended(commit, resolved.triggers());
              announcer.ended(commit, resolved.besides());
              return new Outcome.Triggers(resolved.triggers());
            });
  }

  private Future<Void> checkSize(SqlConnection sql, Command.SendPrefix command, String upper) {
    return sql.preparedQuery(Sql.COUNT_PREFIX.text())
        .execute(Tuple.of(command.projectId(), command.prefix(), upper))
        .compose(
            rows -> {
              long count = rows.iterator().next().getLong(0);
              if (count > prefixLimit) {
                return Future.failedFuture(Rejection.tooMany(count, prefixLimit));
              }
              long bytes = rows.iterator().next().getLong(1) + count * bytes(command.payload());
              return bytes > MAX_PREFIX_BYTES
                  ? Future.failedFuture(Rejection.tooLong(count, bytes, MAX_PREFIX_BYTES))
                  : Future.succeededFuture();
            });
  }

  private static long bytes(String payload) {
    return payload == null ? 0 : payload.getBytes(StandardCharsets.UTF_8).length;
  }

  /** What a prefix send has resolved, and what has ended besides as these send on. */
  private record Resolved(List<EventTrigger> triggers, List<EventTrigger> besides) {}

  private Future<Resolved> resolve(
      SqlConnection sql, Command.SendPrefix command, String upper, String commit) {
    return sql.preparedQuery(Sql.SEND_PREFIX.text(audit))
        .execute(
            Tuple.of(
                command.projectId(),
                command.prefix(),
                upper,
                command.payload(),
                prefixLimit + 1L,
                shard,
                commit,
                command.origin().actor(),
                command.origin().address(),
                command.origin().requestId()))
        .compose(
            rows ->
                // More have come since they were counted: the transaction is rolled back.
                rows.size() > prefixLimit
                    ? Future.failedFuture(Rejection.tooMany(rows.size(), prefixLimit))
                    // They may be a hundred thousand, and single sends must not wait for that.
                    : vertx.executeBlocking(() -> Rows.triggers(rows), false))
        .compose(
            triggers ->
                chain
                    .follow(sql, commit, triggers, command.origin())
                    .map(besides -> new Resolved(triggers, besides)));
  }

  Future<Outcome.Purged> purge(Command.Purge command) {
    if (command.dryRun()) {
      return transactions
          .transaction(
              sql ->
                  sql.preparedQuery(Sql.COUNT_PURGE.text())
                      .execute(Tuple.of(command.projectId(), command.olderThanDays())))
          .map(rows -> new Outcome.Purged(rows.iterator().next().getLong(0), true));
    }
    // One transaction, so that a purge that fails has deleted nothing; in pieces, so that it holds
    // nobody up.
    return transactions
        .transaction(
            sql ->
                new Purging(sql, command)
                    .all()
                    .compose(deleted -> audited(sql, command, deleted).map(deleted)))
        .map(deleted -> new Outcome.Purged(deleted, false));
  }

  private Future<Void> audited(SqlConnection sql, Command.Purge command, long deleted) {
    if (!audit || deleted == 0) {
      return Future.succeededFuture();
    }
    // No project is called so: it stands for all of them.
    String project = command.projectId() == null ? "" : command.projectId();
    return AuditLog.write(
        sql, AuditLog.purged(project, command.olderThanDays(), deleted, command.origin()));
  }

  /** A purge, on its way through the rows. */
  private final class Purging {
    private final SqlConnection sql;
    private final Command.Purge command;
    private Tuple after = Tuple.of("", OffsetDateTime.MIN, new UUID(0, 0));
    private long deleted;

    Purging(SqlConnection sql, Command.Purge command) {
      this.sql = sql;
      this.command = command;
    }

    Future<Long> all() {
      return Chore.inPieces(PURGE_PIECE, this::piece).map(done -> deleted);
    }

    private Future<Integer> piece() {
      return sql.preparedQuery(Sql.PURGE.text())
          .execute(
              Tuple.of(
                  command.projectId(),
                  command.olderThanDays(),
                  after.getValue(0),
                  after.getValue(1),
                  after.getValue(2),
                  PURGE_PIECE,
                  purgeShard))
          .map(
              rows -> {
                for (Row row : rows) {
                  after = Tuple.of(row.getString(0), row.getOffsetDateTime(1), row.getUUID(2));
                }
                deleted += rows.size();
                return rows.size();
              });
    }
  }
}
