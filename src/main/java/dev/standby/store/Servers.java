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
 * take none any more, as after a switch-over, all connections are given up and it is looked for.
 *
 * <p>Not thread-safe: belongs to the store verticle's context.
 */
final class Servers {
  private static final Logger log = LoggerFactory.getLogger(Servers.class);

  /** How long a server may take to let us in, before the next is asked. */
  private static final long CONNECT_SECS = 5;

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

  /** Gives up all connections, as one of that epoch was found not to take writes. */
  void leave(int found) {
    if (found == epoch) {
      log.atWarn()
          .addKeyValue("server", current)
          .log("database takes no writes any more, looking for one that does");
      epoch++;
      known = null;
      leaving.forEach(Runnable::run);
    }
  }

  private Future<PgConnection> connect(List<PgConnectOptions> servers) {
    Future<Integer> found = search();
    boolean earlier = found.isComplete();
    return found.compose(
        server ->
            attempt(servers.get(server))
                .onFailure(
                    failure -> {
                      if (known == found) {
                        // What was found just now is as good as none, or it would be found again.
                        known = earlier ? null : Future.failedFuture(failure);
                        knownUntilNanos = noneUntilNanos();
                      }
                    }));
  }

  /** Which server takes writes: one search for all who ask, and at most a few each second. */
  private Future<Integer> search() {
    if (known == null || (known.isComplete() && System.nanoTime() - knownUntilNanos >= 0)) {
      int of = epoch;
      known =
          search(current, 0, new ArrayList<>())
              .andThen(
                  found -> {
                    if (of == epoch) {
                      current = found.succeeded() ? found.result() : current;
                      knownUntilNanos =
                          found.succeeded() ? System.nanoTime() + KNOWN_NANOS : noneUntilNanos();
                    }
                  });
    }
    return known;
  }

  private static long noneUntilNanos() {
    return System.nanoTime() + ThreadLocalRandom.current().nextLong(NONE_NANOS, NONE_MAX_NANOS);
  }

  private Future<Integer> search(int first, int tried, List<Throwable> failures) {
    int server = (first + tried) % queries.size();
    return attempt(queries.get(server))
        .compose(open -> open.close().map(closed -> server))
        .recover(
            failure -> {
              log.atDebug()
                  .addKeyValue("server", server)
                  .addKeyValue("reason", failure.toString())
                  .log("cannot connect");
              failures.add(failure);
              return tried + 1 < queries.size()
                  ? search(first, tried + 1, failures)
                  : Future.failedFuture(reason(failures));
            });
  }

  /** Why there is none: what the first failed with, unless that is a replica as it should be. */
  private static Throwable reason(List<Throwable> failures) {
    Throwable first = failures.get(0);
    Throwable reason =
        first instanceof TakesNoWrites
            ? failures.stream().filter(PgException.class::isInstance).findFirst().orElse(first)
            : first;
    failures.stream().filter(other -> other != reason).forEach(reason::addSuppressed);
    return reason;
  }

  private Future<PgConnection> attempt(PgConnectOptions server) {
    Future<PgConnection> opening =
        PgConnection.connect(vertx, server).compose(open -> writable(server, open));
    Future<PgConnection> inTime = opening.timeout(CONNECT_SECS, TimeUnit.SECONDS);
    // What comes too late is nobody's.
    inTime.onFailure(late -> opening.onSuccess(PgConnection::close));
    return inTime.recover(
        failure ->
            Future.failedFuture(
                failure instanceof PgException || failure instanceof IOException
                    ? failure
                    : new IOException(failure)));
  }

  private static Future<PgConnection> writable(PgConnectOptions server, PgConnection open) {
    return open.query("SHOW transaction_read_only")
        .execute()
        .compose(
            rows ->
                rows.iterator().next().getString(0).equals("off")
                    ? Future.succeededFuture(open)
                    : Future.failedFuture(new TakesNoWrites(server)))
        .onFailure(failure -> open.close());
  }

  /** What every server but one is expected to say. */
  private static final class TakesNoWrites extends IOException {
    private static final long serialVersionUID = 1;

    TakesNoWrites(PgConnectOptions server) {
      super(server.getHost() + ":" + server.getPort() + " takes no writes");
    }
  }
}
