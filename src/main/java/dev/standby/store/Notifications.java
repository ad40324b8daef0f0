package dev.standby.store;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.util.List;

/**
 * Hears from PostgreSQL which commits have ended waits: the second quick way, when the bus loses an
 * announcement. Whenever it could not listen for a while, what is watched is read again. And hears
 * whether PostgreSQL is there at all.
 */
final class Notifications {
  private final Bus bus;
  private final List<Heartbeat> heartbeats;

  /**
   * Hears it from those servers.
   *
   * @param url of {@code servers}
   * @param direct past a pooler, if there is a way
   */
  Notifications(Vertx vertx, Bus bus, Servers servers, DatabaseUrl url, DatabaseUrl direct) {
    this.bus = bus;
    if (!url.pooled()) {
      heartbeats = List.of(new Heartbeat(vertx, servers, this::listen));
      return;
    }
    // A pooler's sessions end with each transaction: nobody would be told.
    Heartbeat deaf = new Heartbeat(vertx, servers, opened -> Future.succeededFuture());
    if (direct.pooled()) {
      heartbeats = List.of(deaf);
      return;
    }
    Heartbeat listening = new Heartbeat(vertx, new Servers(vertx, direct), this::listen);
    servers.onLeaving(listening::renew);
    heartbeats = List.of(deaf, listening);
  }

  private Future<?> listen(PgConnection opened) {
    opened.notificationHandler(note -> bus.tellLocally(Addresses.COMMITTED, note.getPayload()));
    return opened
        .query("LISTEN standby_ended")
        .execute()
        .onSuccess(listening -> bus.tellLocally(Addresses.CATCH_UP, "listening"));
  }

  /** Hears from now on. */
  void start() {
    heartbeats.forEach(Heartbeat::start);
  }

  void stop() {
    heartbeats.forEach(Heartbeat::stop);
  }
}
