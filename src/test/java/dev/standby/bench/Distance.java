package dev.standby.bench;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A network between a node and its database, as there is none on one machine. */
final class Distance implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;

  private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  private final URI database;
  private final long nanos;

  /** What has come, and when it is to arrive; nothing when it is over. */
  private record Piece(Buffer bytes, long dueNanos) {}

  /** So far from {@code url}, there and back, in microseconds. */
  Distance(String url, long roundTripMicros) throws IOException {
    database = URI.create(url);
    nanos = TimeUnit.MICROSECONDS.toNanos(roundTripMicros) / 2;
    start(this::accept);
  }

  /** The database from there. */
  String url() {
    return database.toString().replace(":" + database.getPort(), ":" + server.getLocalPort());
  }

  private void accept() throws IOException {
    while (true) {
      Socket near = server.accept();
      Socket far = new Socket(database.getHost(), database.getPort());
      carry(near, far);
      carry(far, near);
    }
  }

  private void carry(Socket from, Socket to) throws IOException {
    to.setTcpNoDelay(true);
    BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>();
    start(
        () -> {
          byte[] chunk = new byte[CHUNK];
          try {
            for (int n = 0; n >= 0; n = from.getInputStream().read(chunk)) {
              onTheWay.add(
                  new Piece(Buffer.buffer().appendBytes(chunk, 0, n), System.nanoTime() + nanos));
            }
          } finally {
            onTheWay.add(new Piece(null, 0));
          }
        });
    start(
        () -> {
          for (Piece next = onTheWay.take(); next.bytes != null; next = onTheWay.take()) {
            while (next.dueNanos - System.nanoTime() > 0) {
              LockSupport.parkNanos(next.dueNanos - System.nanoTime());
            }
            to.getOutputStream().write(next.bytes.getBytes());
          }
          to.close();
        });
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One end has gone, or all of it: there is nothing more to carry.
                return;
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
