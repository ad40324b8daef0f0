package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the server that takes writes. It asks one after the other; but none has to wait for
 * long because one before it says nothing, and those that said no are asked again meanwhile.
 *
 * <p>Not thread-safe: belongs to the store verticle's context.
 */
final class Search {
  private static final Logger log = LoggerFactory.getLogger(Search.class);

  /** How long a server may take to let us in. */
  private static final long CONNECT_SECS = 5;

  /** How long one is waited for before another is asked. */
  private static final long TURN_MILLIS = 500;

  private final Vertx vertx;
  private final List<PgConnectOptions> servers;
  private final int first;
  private final Throwable[] failures;
  private final Promise<Integer> found = Promise.promise();
  private int asked;
  private int waiting;

  /**
   * Among those servers.
   *
   * @param first which is asked first
   */
  Search(Vertx vertx, List<PgConnectOptions> servers, int first) {
    this.vertx = vertx;
    this.servers = servers;
    this.first = first;
    this.failures = new Throwable[servers.size()];
  }

  /** Which of them it is; fails when all have said no, or have had their time. */
  Future<Integer> begin() {
    askNext();
    return found.future();
  }

  private void askNext() {
    if (asked < failures.length) {
      ask(asked++);
    }
  }

  private void ask(int turn) {
    if (found.future().isComplete()) {
      return;
    }
    waiting++;
    int server = (first + turn) % failures.length;
    long next = vertx.setTimer(TURN_MILLIS, silent -> askNext());
    attempt(vertx, servers.get(server))
        .compose(
            open ->
                open.close()
                    .timeout(TURN_MILLIS, TimeUnit.MILLISECONDS)
                    .onFailure(silent -> Sockets.end(open)))
        .onComplete(
            answered -> {
              waiting--;
              vertx.cancelTimer(next);
            })
        .onSuccess(closed -> found.tryComplete(server))
        .onFailure(
            failure -> {
              log.atDebug()
                  .addKeyValue("server", server)
                  .addKeyValue("reason", failure.toString())
                  .log("cannot connect");
              failures[turn] = failure;
              afterFailure(turn);
            });
  }

  private void afterFailure(int turn) {
    if (found.future().isComplete()) {
      return;
    }
    if (asked < failures.length) {
      askNext();
    } else if (waiting > 0) {
      vertx.setTimer(TURN_MILLIS, again -> askAgain(turn));
    } else {
      found.tryFail(reason(Arrays.asList(failures)));
    }
  }

  private void askAgain(int turn) {
    if (waiting > 0) {
      ask(turn);
    }
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

  /** A connection to that server; fails if it takes no writes, or does not let us in. */
  static Future<PgConnection> attempt(Vertx vertx, PgConnectOptions server) {
    Future<PgConnection> opening = PgConnection.connect(vertx, server);
    return opening
        .compose(open -> writable(server, open))
        .timeout(CONNECT_SECS, TimeUnit.SECONDS)
        // What comes too late is nobody's.
        .onFailure(failure -> opening.onSuccess(Sockets::end))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof PgException || failure instanceof IOException
                        ? failure
                        : new IOException(failure)));
  }

  /** Whether a server has had its time, and has said nothing. */
  static boolean silent(Throwable failure) {
    return failure.getCause() instanceof TimeoutException;
  }

  private static Future<PgConnection> writable(PgConnectOptions server, PgConnection open) {
    return open.query("SHOW transaction_read_only")
        .execute()
        .compose(
            rows ->
                rows.iterator().next().getString(0).equals("off")
                    ? Future.succeededFuture(open)
                    : Future.failedFuture(new TakesNoWrites(server)));
  }

  /** What every server but one is expected to say. */
  private static final class TakesNoWrites extends IOException {
    private static final long serialVersionUID = 1;

    TakesNoWrites(PgConnectOptions server) {
      super(server.getHost() + ":" + server.getPort() + " takes no writes");
    }
  }
}
