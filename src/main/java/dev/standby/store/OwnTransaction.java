package dev.standby.store;

import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One transaction in which a request is carried out whole, by the same statements that the lanes
 * send. They take turns, each with what follows from it, as one of them may be undone (up to a
 * savepoint) and must not take others with it. What PostgreSQL refuses ends all of it.
 *
 * <p>Not thread-safe: belongs to the store verticle's context.
 */
final class OwnTransaction implements Transactions {
  private final SqlConnection sql;
  private final int maxBatch;
  private final Deque<Runnable> turns = new ArrayDeque<>();
  private boolean busy;
  private boolean calling;
  private Throwable broken;

  /**
   * The transaction of that connection.
   *
   * @param maxBatch how many entries a statement carries
   */
  OwnTransaction(SqlConnection sql, int maxBatch) {
    this.sql = sql;
    this.maxBatch = maxBatch;
  }

  SqlConnection sql() {
    return sql;
  }

  /** What has ended the transaction; null as long as it may be committed. */
  Throwable broken() {
    return broken;
  }

  /** Does some work when all before it is done. */
  <T> Future<T> turn(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    turns.add(
        () ->
            Future.succeededFuture()
                .compose(begin -> broken == null ? work.get() : Future.<T>failedFuture(broken))
                .onComplete(
                    result -> {
                      if (broken == null && !(result.cause() instanceof Rejection)) {
                        broken = result.cause();
                      }
                      // Whoever hears of it may ask for more, which goes together then.
                      done.handle(result);
                      busy = false;
                      next();
                    }));
    next();
    return done.future();
  }

  /** Not by calling itself, however many turns are over at once. */
  private void next() {
    if (calling) {
      return;
    }
    calling = true;
    while (!busy && !turns.isEmpty()) {
      busy = true;
      turns.poll().run();
    }
    calling = false;
  }

  @Override
  public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
    return turn(
        () ->
            execute("SAVEPOINT part")
                .compose(begun -> work.apply(sql))
                .compose(
                    done -> execute("RELEASE SAVEPOINT part").map(done),
                    failure ->
                        failure instanceof Rejection
                            ? execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")
                                .compose(undone -> Future.failedFuture(failure))
                            : Future.failedFuture(failure)));
  }

  private Future<?> execute(String statement) {
    return sql.query(statement).execute();
  }

  /** A way to a statement. */
  <C, O> Route<C, O> open(Lane.Statement<C, O> statement) {
    return new Part<>(statement);
  }

  /** Collects what is asked for until it is its turn, as a lane does. */
  private final class Part<C, O> implements Route<C, O> {
    private final Lane.Statement<C, O> statement;
    private final Deque<Entry<C, O>> waiting = new ArrayDeque<>();
    private boolean asked;

    Part(Lane.Statement<C, O> statement) {
      this.statement = statement;
    }

    @Override
    public Future<O> submit(C command) {
      Entry<C, O> entry = new Entry<>(command, 0);
      waiting.add(entry);
      ask();
      return entry.promise().future();
    }

    @Override
    public void again(Entry<C, O> entry) {
      if (entry.another()) {
        waiting.addFirst(entry);
        ask();
      }
    }

    private void ask() {
      if (asked || waiting.isEmpty()) {
        return;
      }
      asked = true;
      List<Entry<C, O>> batch = new ArrayList<>();
      turn(() -> {
            while (batch.size() < maxBatch && !waiting.isEmpty()) {
              batch.add(waiting.poll());
            }
            asked = false;
            ask();
            return statement.run(sql, batch).compose(Lane.Answers::give);
          })
          .onFailure(
              failure -> {
                batch.forEach(entry -> entry.fail(failure));
                waiting.forEach(entry -> entry.fail(failure));
              });
    }
  }
}
