package dev.standby.support;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The way to a server, which may be long, and on which nothing may come through any more, not even
 * that it is so.
 */
public final class Wire implements AutoCloseable {
  // The machine's own sockets where it can: their timers know less than a millisecond.
  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final Context home = vertx.getOrCreateContext();
  private final NetClient client = vertx.createNetClient();
  private final int port = Nodes.freePort();
  private final String url;
  private final URI target;

  /** What is open, and the server's side of it. */
  private final Map<NetSocket, NetSocket> through = new HashMap<>();

  private boolean cut;
  private long delayMicros;

  /** One to the server of that database, at which nobody listens yet. */
  public Wire(String databaseUrl) {
    this.target = URI.create(databaseUrl);
    this.url = databaseUrl.replace(":" + target.getPort() + "/", ":" + port + "/");
  }

  /** One that works. */
  public static Wire open(String databaseUrl) {
    Wire wire = new Wire(databaseUrl);
    wire.open();
    return wire;
  }

  /** One that takes connections and says nothing. */
  public static Wire silent(String databaseUrl) {
    Wire wire = open(databaseUrl);
    wire.cut();
    return wire;
  }

  /** One that works, there and back in so many microseconds. */
  public static Wire far(String databaseUrl, long roundTripMicros) {
    Wire wire = new Wire(databaseUrl);
    wire.delayMicros = roundTripMicros / 2;
    wire.open();
    return wire;
  }

  /** The database by all of these ways. */
  public static String url(List<Wire> wires) {
    String all = String.join(",", wires.stream().map(Wire::server).toList());
    return wires.get(0).url.replace(wires.get(0).server(), all);
  }

  private String server() {
    return "127.0.0.1:" + port;
  }

  /** The database by this way. */
  public String url() {
    return url;
  }

  /** Has it work. */
  public void open() {
    Member.get(
        vertx.createNetServer().connectHandler(this::accept).listen(port, "127.0.0.1").mapEmpty());
  }

  private void accept(NetSocket from) {
    from.pause();
    if (cut) {
      return;
    }
    client
        .connect(target.getPort(), target.getHost())
        .onSuccess(
            to -> {
              through.put(from, to);
              from.handler(data -> arrive(() -> to.write(data)));
              to.handler(data -> arrive(() -> from.write(data)));
              from.closeHandler(closed -> arrive(to::close));
              to.closeHandler(
                  closed -> {
                    through.remove(from);
                    arrive(from::close);
                  });
              from.resume();
            })
        .onFailure(refused -> from.close());
  }

  private void arrive(Runnable what) {
    if (delayMicros == 0) {
      what.run();
    } else {
      vertx.timer(delayMicros, TimeUnit.MICROSECONDS).onSuccess(now -> what.run());
    }
  }

  /** Nothing comes through any more; whoever connects is let in, and hears nothing either. */
  public void cut() {
    run(
        () -> {
          cut = true;
          forgetAll();
        });
  }

  /** Nothing comes through any more on the connections of now; new ones work. */
  public void forget() {
    run(this::forgetAll);
  }

  private void forgetAll() {
    through.forEach(
        (from, to) -> {
          from.pause();
          from.handler(null);
          from.closeHandler(null);
          to.handler(null);
          to.closeHandler(null);
          // The server's host is gone, and its transactions with it.
          to.close();
        });
    through.clear();
  }

  private void run(Runnable work) {
    Promise<Void> done = Promise.promise();
    home.runOnContext(
        on -> {
          work.run();
          done.complete();
        });
    Member.get(done.future());
  }

  @Override
  public void close() {
    Member.get(vertx.close());
  }
}
