package dev.standby.store;

import dev.standby.bus.AnswerJson;
import dev.standby.bus.Once;
import dev.standby.trigger.IdempotencyKey;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** What requests with an idempotency key have led to, for 24 hours. */
final class Answers {
  private static final long TICK_MILLIS = TimeUnit.MINUTES.toMillis(1);
  private static final long DELETED_AT_ONCE = 1000;

  /** Counting a project's is not for free. */
  private static final long COUNT_FRESH_SECS = 60;

  /** The most that is kept of an answer, which is compressed. */
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private final Vertx vertx;
  private final Queries queries;
  private final ProjectCap cap;

  /**
   * Answers that are kept in the database.
   *
   * @param pool deletes what is void
   * @param max how many may be kept for a project
   */
  Answers(Vertx vertx, Pooled pool, int max) {
    this.vertx = vertx;
    this.queries = new Queries(pool);
    this.cap = new ProjectCap(Sql.COUNT_ANSWERS, max, COUNT_FRESH_SECS);
  }

  /** Deletes what is void, from now on. */
  void start() {
    Chore.every(vertx, TICK_MILLIS, TICK_MILLIS, "delete void answers", this::deleteVoid);
  }

  /** Deletes what is void, piece by piece. */
  Future<Void> deleteVoid() {
    return queries.runInPieces(DELETED_AT_ONCE, Sql.VOID_ANSWERS, Tuple.of(DELETED_AT_ONCE));
  }

  /** Whether nobody else is at the request of that key, until the transaction ends. */
  static Future<Boolean> lock(SqlConnection sql, IdempotencyKey key) {
    byte[] project = key.projectId().getBytes(StandardCharsets.UTF_8);
    // Two keys of one number only have one of them wait for the other.
    long number = ByteBuffer.wrap(Sealing.hash(key)).getLong() + 31L * Arrays.hashCode(project);
    return sql.preparedQuery(Sql.LOCK_KEY.text())
        .execute(Tuple.of(number))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * What the request has led to when it came before: an outcome or a {@link Rejection}; null when
   * it did not come. Fails when it was another request.
   */
  Future<Object> find(SqlConnection sql, Once once) {
    return sql.preparedQuery(Sql.FIND_ANSWER.text())
        .execute(Tuple.of(once.key().projectId(), Buffer.buffer(Sealing.hash(once.key()))))
        .compose(
            rows -> {
              if (rows.size() == 0) {
                return Future.succeededFuture();
              }
              Row row = rows.iterator().next();
              return row.getBuffer(0).equals(fingerprint(once))
                  ? aside(() -> AnswerJson.decode(Sealing.open(once.key(), row.getBuffer(1))))
                  : Future.failedFuture(
                      Rejection.of(
                          Reason.VALIDATION_FAILED,
                          "The idempotency key was used for another request"));
            });
  }

  /** Fails when so many are kept for the project that there is no room for one more. */
  Future<Void> checkRoom(SqlConnection sql, String projectId) {
    return cap.room(sql, Set.of(projectId))
        .compose(
            room ->
                room.get(projectId) > 0
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        Rejection.of(
                            Reason.RATE_LIMITED,
                            "As many idempotency keys are kept for the project as may be")));
  }

  /** Keeps what the request has led to, an outcome or a {@link Rejection}. */
  Future<Void> keep(SqlConnection sql, Once once, Object answer) {
    return aside(() -> Sealing.seal(once.key(), AnswerJson.encode(answer)))
        .compose(
            box ->
                box.length() > MAX_BYTES
                    ? Future.failedFuture(
                        Rejection.of(
                            Reason.VALIDATION_FAILED,
                            "The answer is too long to be kept for an idempotency key: "
                                + box.length()
                                + " bytes when compressed, of "
                                + MAX_BYTES))
                    : insert(sql, once, box));
  }

  private Future<Void> insert(SqlConnection sql, Once once, Buffer box) {
    String project = once.key().projectId();
    return sql.preparedQuery(Sql.RECORD_ANSWER.text())
        .execute(Tuple.of(project, Buffer.buffer(Sealing.hash(once.key())), fingerprint(once), box))
        .map(
            inserted -> {
              if (inserted.rowCount() != 1) {
                throw new IllegalStateException("Another was at it though the key was locked");
              }
              cap.added(project);
              return null;
            });
  }

  private static Buffer fingerprint(Once once) {
    return Buffer.buffer(HexFormat.of().parseHex(once.fingerprint()));
  }

  /** Answers may be long, and the lanes must not wait for that. */
  private <T> Future<T> aside(Callable<T> work) {
    return vertx.executeBlocking(work, false);
  }
}
