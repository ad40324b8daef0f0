package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection on which the server is asked every second whether it is there. One that is away says
 * so by breaking connections; one that has lost its power, or the network to it, says nothing, and
 * statements to it would never be answered. It has six seconds, and is left then.
 *
 * <p>Not thread-safe: belongs to the store verticle's context.
 */
final class Heartbeat {
  private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);
  private static final long RECONNECT_MILLIS = 500;
  private static final long BEAT_MILLIS = 1000;

  /** After how long without an answer somebody else is sent to look. */
  private static final long ANSWER_MILLIS = 2000;

  private final Vertx vertx;
  private final Servers servers;
  private final Function<PgConnection, Future<?>> beginning;

  /** The connection that is ready; null when there is none. */
  private PgConnection connection;

  private boolean stopped;

  /**
   * The heartbeat of those servers.
   *
   * @param beginning what is done first on each connection
   */
  Heartbeat(Vertx vertx, Servers servers, Function<PgConnection, Future<?>> beginning) {
    this.vertx = vertx;
    this.servers = servers;
    this.beginning = beginning;
    servers.onLeaving(this::renew);
  }

  /** Beats until it is stopped, through as many connections as it takes. */
  void start() {
    if (stopped) {
      return;
    }
    int epoch = servers.epoch();
    servers
        .connectForQueries()
        .compose(
            opened -> {
              opened.closeHandler(closed -> lost(opened));
              return beginning
                  .apply(opened)
                  .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                  .map(opened)
                  .onFailure(failure -> Sockets.end(opened));
            })
        .onComplete(
            opened -> {
              if (stopped) {
                Sockets.end(opened);
              } else {
                connection = opened;
                rest(opened);
              }
            },
            failure -> {
              log.atDebug().addKeyValue("reason", failure.toString()).log("no heartbeat yet");
              if (Search.silent(failure)) {
                servers.leave(epoch);
              }
              startSoon();
            });
  }

  private void startSoon() {
    if (!stopped) {
      vertx.setTimer(RECONNECT_MILLIS, timer -> start());
    }
  }

  private void rest(PgConnection on) {
    vertx.setTimer(
        BEAT_MILLIS,
        timer -> {
          if (on == connection) {
            beat(on);
          }
        });
  }

  private void beat(PgConnection on) {
    Future<?> answer = on.query(Sql.PING.text()).execute();
    answer.timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS).onComplete(answered -> look(on, answer));
  }

  private void look(PgConnection on, Future<?> answer) {
    if (on != connection) {
      return;
    }
    if (answer.succeeded()) {
      rest(on);
    } else if (answer.failed()) {
      renew();
    } else {
      doubt(on, answer);
    }
  }

  private void doubt(PgConnection on, Future<?> answer) {
    int epoch = servers.epoch();
    servers
        .lost()
        .onSuccess(
            lost -> {
              if (lost && !answer.isComplete() && on == connection) {
                log.atWarn().log("the database does not answer");
                servers.leave(epoch);
                // Unless that was done before.
                renew();
              } else {
                vertx.setTimer(BEAT_MILLIS, timer -> look(on, answer));
              }
            });
  }

  /** Has it connect anew, as the server that takes writes is another. */
  void renew() {
    if (connection != null) {
      PgConnection left = connection;
      Sockets.end(left);
      lost(left);
    }
  }

  private void lost(PgConnection which) {
    if (which == connection) {
      connection = null;
      startSoon();
    }
  }

  void stop() {
    stopped = true;
    renew();
  }
}
