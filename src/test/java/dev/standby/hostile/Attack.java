package dev.standby.hostile;

import dev.standby.contract.RawHttp;
import dev.standby.support.Member;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Connections that send what a node should not have to bear, each again when it is cut off. */
final class Attack implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NetClient client =
      vertx.createNetClient(new NetClientOptions().setConnectTimeout(5000));
  private final URI url;
  private final Buffer beginning;
  private final Buffer more;
  private final long everyMillis;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger cutOff = new AtomicInteger();
  private final AtomicLong sent = new AtomicLong();
  private final Map<String, Integer> answers = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /**
   * Begins.
   *
   * @param more what each connection sends after its beginning
   * @param everyMillis how often; 0 for as fast as it can
   */
  Attack(String url, int connections, String beginning, String more, long everyMillis) {
    this.url = URI.create(url);
    this.beginning = Buffer.buffer(RawHttp.bytes(beginning));
    this.more = Buffer.buffer(RawHttp.bytes(more));
    this.everyMillis = everyMillis;
    for (int i = 0; i < connections; i++) {
      connect();
    }
  }

  private void connect() {
    client
        .connect(url.getPort(), url.getHost())
        .onSuccess(this::attack)
        .onFailure(refused -> again());
  }

  private void attack(NetSocket socket) {
    open.incrementAndGet();
    long timer = everyMillis == 0 ? -1 : vertx.setPeriodic(everyMillis, t -> send(socket, more));
    socket
        .handler(answer -> answers.merge(answer.getString(0, 12), 1, Integer::sum))
        .exceptionHandler(broken -> socket.close())
        .closeHandler(
            closed -> {
              vertx.cancelTimer(timer);
              open.decrementAndGet();
              cutOff.incrementAndGet();
              again();
            });
    send(socket, beginning);
    if (everyMillis == 0) {
      flood(socket);
    }
  }

  /** Not at once: it is the node that is to be busy, not this process. */
  private void again() {
    if (!stopping) {
      vertx.setTimer(20, timer -> connect());
    }
  }

  private void flood(NetSocket socket) {
    // Not from within: what is written at once would fill the stack.
    send(socket, more).onSuccess(written -> vertx.runOnContext(next -> flood(socket)));
  }

  private Future<Void> send(NetSocket socket, Buffer what) {
    return socket.write(what).onSuccess(written -> sent.addAndGet(what.length()));
  }

  /** How many connections there are now. */
  int open() {
    return open.get();
  }

  /** How often the node has closed one. */
  int cutOff() {
    return cutOff.get();
  }

  /** How often it has answered with that, say {@code HTTP/1.1 408}. */
  int answered(String statusLine) {
    return answers.getOrDefault(statusLine, 0);
  }

  /** How much the node, or the operating system for it, has taken. */
  long sentBytes() {
    return sent.get();
  }

  @Override
  public void close() {
    stopping = true;
    Member.get(vertx.close());
  }
}
