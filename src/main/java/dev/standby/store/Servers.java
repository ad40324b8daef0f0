package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnectOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers that a URL names, of which the one is used that takes writes. When it is found to
 * take none any more, as after a switch-over, or to say nothing any more, or when another is found
 * in its place, all connections are given up.
 *
 * <p>Not thread-safe: belongs to the store verticle's context.
 */
final class Servers {
  private static final Logger log = LoggerFactory.getLogger(Servers.class);

  /** How long a server may take to let somebody in who only asks whether it is there. */
  private static final long KNOCK_SECS = 3;

  /** How long it is believed that the server that took writes still does. */
  private static final long KNOWN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /**
   * How long it is believed that there is none, at least and at most: all lanes ask for one again
   * and again, of every node, and each time costs every server a log-in.
   */
  private static final long NONE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final long NONE_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Vertx vertx;
  private final List<PgConnectOptions> batches;
  private final List<PgConnectOptions> queries;
  private final List<Runnable> leaving = new ArrayList<>();
  private int current;
  private int epoch;

  /** Whether one was found since the last was left: there may be connections to it. */
  private boolean used;

  /** The search that is under way, or what the last one has found; null when that is void. */
  private Future<Integer> known;

  private long knownUntilNanos;

  Servers(Vertx vertx, DatabaseUrl url) {
    this.vertx = vertx;
    this.batches = url.forBatches();
    this.queries = url.forQueries();
  }

  /** A new connection for a lane. */
  Future<PgConnection> connectForBatches() {
    return connect(batches);
  }

  /** A new connection for anything else. */
  Future<PgConnection> connectForQueries() {
    return connect(queries);
  }

  /** Where a pool is to connect to. */
  Future<SqlConnectOptions> find() {
    return search().map(queries::get);
  }

  /** Which server is used, in the order of their use; what is connected to another is to go. */
  int epoch() {
    return epoch;
  }

  /** Has something done whenever connections are to be given up. */
  void onLeaving(Runnable action) {
    leaving.add(action);
  }

  /**
   * Gives up all connections, as one of that epoch was found not to take writes, or not to be
   * answered.
   */
  void leave(int found) {
    if (found == epoch && used) {
      log.atWarn()
          .addKeyValue("server", current)
          .log("all connections to the database are given up, looking for one that takes writes");
      known = null;
      giveUp();
    }
  }

  private void giveUp() {
    epoch++;
    used = false;
    leaving.forEach(Runnable::run);
  }

  /**
   * Whether connections that are not answered will never be, in some seconds: the server does not
   * let anybody else in either, or does, and answers him; so they are lost. One that only lets him
   * in is busy, or a pooler whose server is. Never fails.
   */
  Future<Boolean> lost() {
    Future<PgConnection> opening = PgConnection.connect(vertx, queries.get(current));
    return opening
        .timeout(KNOCK_SECS, TimeUnit.SECONDS)
        .compose(
            open ->
                open.query(Sql.PING.text())
                    .execute()
                    .timeout(KNOCK_SECS, TimeUnit.SECONDS)
                    .transform(
                        asked ->
                            asked.succeeded()
                                // It may have been about to answer them.
                                ? vertx.timer(KNOCK_SECS, TimeUnit.SECONDS).map(true)
                                : Future.succeededFuture(false)),
            failure -> Future.succeededFuture(!(failure instanceof PgException)))
        .onComplete(said -> opening.onSuccess(Sockets::end));
  }

  private Future<PgConnection> connect(List<PgConnectOptions> servers) {
    Future<Integer> found = search();
    boolean earlier = found.isComplete();
    return found.compose(
        server -> {
          int of = epoch;
          return Search.attempt(vertx, servers.get(server))
              .compose(
                  open -> {
                    if (of == epoch) {
                      return Future.succeededFuture(open);
                    }
                    Sockets.end(open);
                    return Future.failedFuture(new IOException("It was left meanwhile"));
                  })
              .onFailure(
                  failure -> {
                    if (known == found) {
                      // What was found just now is as good as none, or it would be found again.
                      known = earlier ? null : Future.failedFuture(failure);
                      knownUntilNanos = noneUntilNanos();
                    }
                  });
        });
  }

  /** Which server takes writes: one search for all who ask, and at most a few each second. */
  private Future<Integer> search() {
    if (known == null || (known.isComplete() && System.nanoTime() - knownUntilNanos >= 0)) {
      int of = epoch;
      known =
          new Search(vertx, queries, current)
              .begin()
              .andThen(
                  found -> {
                    if (of == epoch) {
                      knownUntilNanos =
                          found.succeeded() ? System.nanoTime() + KNOWN_NANOS : noneUntilNanos();
                      if (found.succeeded()) {
                        use(found.result());
                      }
                    }
                  });
    }
    return known;
  }

  private void use(int server) {
    if (server != current) {
      log.atInfo().addKeyValue("server", server).log("another database server takes writes");
      current = server;
      giveUp();
    }
    used = true;
  }

  private static long noneUntilNanos() {
    return System.nanoTime() + ThreadLocalRandom.current().nextLong(NONE_NANOS, NONE_MAX_NANOS);
  }
}
