package dev.standby.store;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import io.vertx.core.Vertx;
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
  private final Servers servers;
  private PgConnection connection;
  private boolean waiting;
  private boolean stopped;

  Notifications(Vertx vertx, Bus bus, Servers servers) {
    this.vertx = vertx;
    this.bus = bus;
    this.servers = servers;
  }

  /** Listens until it is stopped, through as many connections as it takes. */
  void listen() {
    if (stopped) {
      return;
    }
    servers
        .connectForQueries()
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
              log.atDebug().addKeyValue("reason", failure.toString()).log("cannot listen yet");
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

  /** Has it connect anew, as the server that takes writes is another. */
  void move() {
    if (connection != null) {
      connection.close();
    }
  }

  void stop() {
    stopped = true;
    move();
  }
}
