package dev.standby.store;

import dev.standby.config.RetentionConfig;
import dev.standby.trigger.Origin;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the triggers that ended long ago, by itself: in small transactions with pauses as long as
 * they were, so that it takes half a connection at most. Nodes that do it at once do not wait for
 * each other.
 */
final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final long TICK_MILLIS = TimeUnit.HOURS.toMillis(1);

  /** How many rows a transaction looks at. */
  private static final int PIECE = 2000;

  private static final int PROJECTS_AT_ONCE = 1000;

  /** After a project that can't be cleared: others may fail as well, if the database is away. */
  private static final long PAUSE_MILLIS = 1000;

  private static final Origin ORIGIN = new Origin("retention", null, null);

  private final Vertx vertx;
  private final Queries queries;
  private final RetentionConfig config;
  private final short shard;
  private final boolean audit;

  /**
   * Over that pool.
   *
   * @param shard of the counters, that no other writer of this node uses
   * @param audit whether it is written down what was deleted
   */
  Retention(Vertx vertx, Pooled pool, RetentionConfig config, short shard, boolean audit) {
    this.vertx = vertx;
    this.queries = new Queries(pool);
    this.config = config;
    this.shard = shard;
    this.audit = audit;
  }

  /** Works from now on, and until its verticle is undeployed. */
  void start() {
    if (!config.off()) {
      // Nodes that were started together take turns, more or less.
      long jitter = ThreadLocalRandom.current().nextLong(TICK_MILLIS / 10);
      Chore.every(vertx, 0, TICK_MILLIS + jitter, "delete what ended long ago", this::pass);
    }
  }

  private Future<Void> pass() {
    AtomicReference<String> last = new AtomicReference<>("");
    return Chore.inPieces(
        PROJECTS_AT_ONCE,
        () ->
            queries
                .run(Sql.PROJECTS, Tuple.of(last.get(), (long) PROJECTS_AT_ONCE))
                .compose(
                    rows -> {
                      Deque<String> projects = new ArrayDeque<>();
                      for (Row row : rows) {
                        last.set(row.getString(0));
                        if (config.daysOf(last.get()) > 0) {
                          projects.add(last.get());
                        }
                      }
                      return clear(projects).map(rows.size());
                    }));
  }

  private Future<Void> clear(Deque<String> projects) {
    return Chore.inPieces(
        1,
        () ->
            projects.isEmpty()
                ? Future.succeededFuture(0)
                : clear(projects.poll()).recover(this::passOver).map(1));
  }

  /** One project that fails is no reason to leave the others as they are. */
  private Future<Void> passOver(Throwable failure) {
    if (Queries.stopping(failure)) {
      return Future.failedFuture(failure);
    }
    log.atWarn().setCause(failure).log("cannot delete what ended long ago of one project");
    return vertx.timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Future<Void> clear(String project) {
    Walk walk = new Walk(project);
    return Chore.inPieces(PIECE, walk::step).onSuccess(done -> walk.tell());
  }

  /** One project's rows, from the oldest on. */
  private final class Walk {
    private final String project;
    private final int days;
    private OffsetDateTime lastAt = OffsetDateTime.MIN;
    private UUID lastId = new UUID(0, 0);
    private long deleted;

    Walk(String project) {
      this.project = project;
      this.days = config.daysOf(project);
    }

    /** A piece, and a pause as long as it took; gives how many rows were looked at. */
    Future<Integer> step() {
      long start = System.nanoTime();
      return queries
          .transaction(this::piece)
          .compose(
              seen -> {
                long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                return vertx.timer(Math.max(1, took), TimeUnit.MILLISECONDS).map(seen);
              });
    }

    private Future<Integer> piece(SqlConnection sql) {
      return sql.preparedQuery(Sql.RETAIN.text())
          .execute(Tuple.of(project, days, lastAt, lastId, (long) PIECE, shard))
          .compose(
              rows -> {
                if (rows.size() == 0) {
                  return Future.succeededFuture(0);
                }
                Row last = rows.iterator().next();
                long gone = last.getLong(3);
                return audited(sql, gone)
                    .onSuccess(
                        written -> {
                          lastAt = last.getOffsetDateTime(0);
                          lastId = last.getUUID(1);
                          deleted += gone;
                        })
                    .map(last.getInteger(2));
              });
    }

    private Future<Void> audited(SqlConnection sql, long gone) {
      return audit && gone > 0
          ? AuditLog.write(sql, AuditLog.purged(project, days, gone, ORIGIN))
          : Future.succeededFuture();
    }

    void tell() {
      if (deleted > 0) {
        log.atInfo()
            .addKeyValue("days", days)
            .addKeyValue("triggers", deleted)
            .log("deleted what ended long ago");
      }
    }
  }
}
