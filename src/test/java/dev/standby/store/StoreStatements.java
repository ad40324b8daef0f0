package dev.standby.store;

import com.github.f4b6a3.uuid.UuidCreator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The store's own batched statements on a connection like a lane's, without the store around them.
 */
public final class StoreStatements implements AutoCloseable {
  private static final short SHARD = 63;
  private static final String[] NOTHING = {};

  private final Vertx vertx = Vertx.vertx();
  private final PgConnection connection;

  /** Connects to that database. */
  public StoreStatements(String url) {
    connection = join(PgConnection.connect(vertx, OwnPostgres.reached(url).forBatches().get(0)));
  }

  /** Registers waits for the keys {@code prefix + from … prefix + (from + count - 1)}. */
  public void register(String project, String prefix, int from, int count, int timeoutSecs) {
    Integer[] timeouts = new Integer[count];
    Arrays.fill(timeouts, timeoutSecs);
    UUID[] ids =
        IntStream.range(0, count)
            .mapToObj(i -> UuidCreator.getTimeOrderedEpoch())
            .toArray(UUID[]::new);
    run(
        Sql.REGISTER,
        List.of(
            ids,
            column(count, i -> project),
            keys(prefix, from, count),
            column(count, i -> "job_run"),
            column(count, i -> null),
            column(count, i -> null),
            column(count, i -> null),
            column(count, i -> null),
            timeouts,
            SHARD,
            NOTHING,
            NOTHING,
            NOTHING,
            NOTHING,
            NOTHING,
            NOTHING,
            NOTHING,
            NOTHING,
            NOTHING));
  }

  /**
   * Sends to the keys {@code prefix + from … prefix + (from + count - 1)}; returns how many it
   * ended.
   */
  public int send(String project, String prefix, int from, int count, String payload) {
    return run(
            Sql.FINISH,
            List.of(
                column(count, i -> project),
                keys(prefix, from, count),
                column(count, i -> "received"),
                column(count, i -> payload),
                SHARD,
                "benchmark",
                new UUID[0],
                column(count, i -> "anonymous"),
                NOTHING,
                NOTHING,
                new Boolean[0]))
        .size();
  }

  /** Begins a transaction, to which what follows belongs until {@link #commit}. */
  public void begin() {
    join(connection.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0").execute());
  }

  /** Commits it. */
  public void commit() {
    join(connection.query("COMMIT").execute());
  }

  private RowSet<Row> run(Sql sql, List<Object> parameters) {
    return join(connection.preparedQuery(sql.text()).execute(Tuple.wrap(parameters.toArray())));
  }

  private static String[] keys(String prefix, int from, int count) {
    String[] keys = column(count, i -> prefix + (from + i));
    Arrays.sort(keys);
    return keys;
  }

  private static String[] column(int count, IntFunction<String> value) {
    return IntStream.range(0, count).mapToObj(value).toArray(String[]::new);
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  @Override
  public void close() {
    join(connection.close());
    join(vertx.close());
  }
}
