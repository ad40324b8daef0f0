package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Why no event is lost between a send that holds and a registration that races it, and none is
 * delivered twice. A key for which events are held has a row, its slot, in the unique index that
 * lets only one trigger of the key wait. So of a registration and a hold at once one comes second,
 * and waits in the index for the first to commit. If that is the hold, the registration finds the
 * slot in its way, and takes an event; if it is the registration, the hold finds a trigger that
 * waits, and is a plain send. Events of a key are added and taken only by who has its slot locked,
 * and are looked at only after that, in a new statement; the slot goes with the last of them.
 */
final class Slots {
  private Slots() {}

  /** Which of those keys have a slot, by their place from 0; they are locked from now on. */
  static Future<Set<Integer>> lock(SqlConnection sql, String[] projects, String[] keys) {
    return sql.preparedQuery(Sql.LOCK_SLOTS.text())
        .execute(Tuple.tuple().addArrayOfString(projects).addArrayOfString(keys))
        .map(
            rows -> {
              Set<Integer> locked = new HashSet<>(rows.size() * 2);
              for (Row row : rows) {
                locked.add(row.getLong(0).intValue() - 1);
              }
              return locked;
            });
  }

  /**
   * Does some work in a transaction, in that of the connection if it is in one; fails as the work
   * or the commit failed.
   */
  static <T> Future<T> transactionally(SqlConnection sql, Supplier<Future<T>> work) {
    if (sql.transaction() != null) {
      return work.get();
    }
    return Future.succeededFuture()
        .compose(ready -> sql.begin())
        // It takes itself for one with a transaction from then on, and would begin no other.
        .onFailure(failure -> sql.close())
        .compose(
            transaction ->
                Future.succeededFuture()
                    .compose(begun -> work.get())
                    .compose(
                        done -> transaction.commit().map(done),
                        failure -> rolledBack(transaction, failure)));
  }

  private static <T> Future<T> rolledBack(Transaction transaction, Throwable failure) {
    return transaction.rollback().transform(any -> Future.failedFuture(failure));
  }
}
