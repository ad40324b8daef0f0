package dev.standby.store;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from PostgreSQL which commits have ended waits: the second quick way, when the bus loses an
 * announcement. Whenever it could not listen for a while, what is watched is read again.
 */
final class Notifications {
  private static final Logger log = LoggerFactory.getLogger(Notifications.class);
  private static final long RECONNECT_MILLIS = 500;

  private final Vertx vertx;
  private final Bus bus;
  private final PgConnectOptions options;
  private PgConnection connection;
  private boolean waiting;
  private boolean stopped;

  Notifications(Vertx vertx, Bus bus, PgConnectOptions options) {
    this.vertx = vertx;
    this.bus = bus;
    this.options = options;
  }

  /** Listens until it is stopped, through as many connections as it takes. */
  void listen() {
    if (stopped) {
      return;
    }
    PgConnection.connect(vertx, options)
        .compose(
            opened -> {
              opened.closeHandler(closed -> listenAgain());
              opened.notificationHandler(
                  note -> bus.tellLocally(Addresses.COMMITTED, note.getPayload()));
              return opened
                  .query("LISTEN standby_ended")
                  .execute()
                  .map(opened)
                  .onFailure(failure -> opened.close());
            })
        .onComplete(
            opened -> {
              connection = opened;
              if (stopped) {
                stop();
              }
              bus.tellLocally(Addresses.CATCH_UP, "listening");
            },
            failure -> {
              log.debug("cannot listen yet reason={}", failure.toString());
              listenAgain();
            });
  }

  private void listenAgain() {
    connection = null;
    if (!stopped && !waiting) {
      waiting = true;
      vertx.setTimer(
          RECONNECT_MILLIS,
          timer -> {
            waiting = false;
            listen();
          });
    }
  }

  void stop() {
    stopped = true;
    if (connection != null) {
      connection.close();
    }
  }
}
