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

  private final Vertx vertx;
  private final List<PgConnectOptions> batches;
  private final List<PgConnectOptions> queries;
  private final List<Runnable> leaving = new ArrayList<>();
  private int current;
  private int epoch;
  private Future<Integer> known;
  private long knownNanos;

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
    long now = System.nanoTime();
    if (known == null || known.failed() || now - knownNanos > KNOWN_NANOS) {
      knownNanos = now;
      known = connect(queries).compose(open -> open.close().map(closed -> current));
    }
    return known.map(queries::get);
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
    return connect(servers, current, 0);
  }

  private Future<PgConnection> connect(List<PgConnectOptions> servers, int first, int tried) {
    int server = (first + tried) % servers.size();
    return attempt(servers.get(server))
        .onSuccess(open -> current = server)
        .recover(
            failure -> {
              log.atDebug()
                  .addKeyValue("server", server)
                  .addKeyValue("reason", failure.toString())
                  .log("cannot connect");
              return tried + 1 < servers.size()
                  ? connect(servers, first, tried + 1)
                  : Future.failedFuture(failure);
            });
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
                    : Future.failedFuture(
                        new IOException(
                            server.getHost() + ":" + server.getPort() + " takes no writes")))
        .onFailure(failure -> open.close());
  }
}
