package dev.standby.store;

import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Statements on pooled connections, one for each request. */
final class Queries implements Transactions {
  private static final Logger log = LoggerFactory.getLogger(Queries.class);

  private static final String STOPPING =
      "The node stops, and may have carried the request out: repeat it";

  /** How often a statement is tried that lost a race. */
  private static final int MAX_TRIES = 20;

  private final Pooled pool;

  Queries(Pooled pool) {
    this.pool = pool;
  }

  /** Carries out one statement. */
  Future<RowSet<Row>> run(Sql sql, Tuple parameters) {
    return run(sql.text(), parameters);
  }

  /** As {@link #run(Sql, Tuple)}. */
  Future<RowSet<Row>> run(String sql, Tuple parameters) {
    return with(connection -> connection.preparedQuery(sql).execute(parameters));
  }

  /** Whether something failed so because the node stops. */
  static boolean stopping(Throwable failure) {
    return failure instanceof Rejection && STOPPING.equals(failure.getMessage());
  }

  /** Carries out a statement again and again, until it changes fewer than {@code size} rows. */
  Future<Void> runInPieces(long size, Sql sql, Tuple parameters) {
    return Chore.inPieces(size, () -> run(sql, parameters).map(RowSet::rowCount));
  }

  /** Does some work on a connection, without a transaction around it. */
  <T> Future<T> with(Function<SqlConnection, Future<T>> work) {
    return guarded(() -> pool.with(work));
  }

  @Override
  public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
    return guarded(() -> pool.transaction(work));
  }

  /** Tries again what lost a race, and turns every failure into a {@link Rejection}. */
  private <T> Future<T> guarded(Supplier<Future<T>> work) {
    return guarded(work, MAX_TRIES);
  }

  private <T> Future<T> guarded(Supplier<Future<T>> work, int tries) {
    Function<Throwable, Future<T>> afterFailure =
        failure -> {
          if (failure instanceof Rejection) {
            return Future.failedFuture(failure);
          }
          return switch (Failures.of(failure)) {
            case AGAIN ->
                tries > 1
                    ? guarded(work, tries - 1)
                    : Future.failedFuture(
                        Rejection.unavailable(
                            "Others change the same triggers; nothing has been done"));
            case BUSY -> {
              log.atWarn().addKeyValue("reason", failure.toString()).log("database is busy");
              yield Future.failedFuture(Rejection.unavailable(Failures.why(failure)));
            }
            case LOST -> {
              if (pool.closed()) {
                yield Future.failedFuture(Rejection.unavailable(STOPPING));
              }
              log.atWarn().addKeyValue("reason", failure.toString()).log("database is away");
              yield Future.failedFuture(
                  Rejection.unavailable(
                      "The database is away, and may have carried the request out: repeat it"));
            }
            case REFUSED -> {
              log.atInfo()
                  .addKeyValue("reason", failure.toString())
                  .log("database refused a value");
              yield Future.failedFuture(
                  Rejection.badRequest("PostgreSQL can't take a value of this request"));
            }
            case BUG -> {
              log.atError().setCause(failure).log("statement failed");
              yield Future.failedFuture(
                  Rejection.of(Reason.INTERNAL_ERROR, "The request could not be carried out"));
            }
          };
        };
    return work.get().recover(afterFailure);
  }
}
