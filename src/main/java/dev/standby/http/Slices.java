package dev.standby.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * Writes long answers as fast as they are read: what a connection buffers is bounded, and a reader
 * that is slow is not taken for one that is gone, as one write of megabytes would be. A reader that
 * takes none of them for as long as a connection may be idle is cut off, though its connection be
 * busy: over HTTP/2, pings would keep it.
 *
 * <p>Not thread-safe: belongs to its verticle's context, to which {@link #bound} has been told.
 */
final class Slices implements Runnable {
  private static final int BYTES = 64 * 1024;

  /** How many are on their way at once. */
  private static final int AHEAD = 2;

  /**
   * An answer that is not longer ends at once over HTTP/2 as well, and is not watched: it holds no
   * more memory than its stream.
   */
  private static final int SMALL = 4 * 1024;

  /** What HTTP/2 calls the end of a stream that is not wanted any more (RFC 9113, 7). */
  private static final long CANCEL = 8;

  /** How long a reader may take nothing. */
  private record Limit(Deadlines deadlines, int secs) {}

  private final HttpServerResponse response;
  private final Buffer text;
  private final Runnable done;
  private final Limit limit;

  /** Where the next one begins. */
  private int at;

  private int underWay;
  private boolean going;
  private boolean failed;

  private Slices(HttpServerResponse response, Buffer text, Runnable done) {
    this.response = response;
    this.text = text;
    this.done = done;
    this.limit = Vertx.currentContext().get(Limit.class);
  }

  /** Has the readers of a verticle cut off that take nothing for so many seconds. */
  static void bound(Context verticle, Deadlines deadlines, int secs) {
    verticle.put(Limit.class, new Limit(deadlines, secs));
  }

  /**
   * Writes {@code text}, and runs {@code done} when it has been taken; never if the connection
   * closes before. It is not changed, so that many may be sent the same.
   */
  static void write(HttpServerResponse response, Buffer text, Runnable done) {
    new Slices(response, text, done).goOn();
  }

  /** Answers with {@code text} and ends the response. */
  static void end(HttpServerResponse response, Buffer text) {
    boolean http2 = response.streamId() >= 0;
    if (text.length() <= (http2 ? SMALL : BYTES)) {
      response.end(text);
    } else {
      response.putHeader("Content-Length", Integer.toString(text.length()));
      // It ends when all has been taken: a response that has ended can't be reset.
      write(response, text, response::end);
    }
  }

  private void goOn() {
    if (going) {
      // What is written may be taken at once, which must not end in recursion.
      return;
    }
    going = true;
    while (at < text.length() && underWay < AHEAD && !failed && !response.closed()) {
      int end = Math.min(at + BYTES, text.length());
      Buffer slice = text.slice(at, end);
      at = end;
      underWay++;
      response.write(slice).onComplete(this::taken);
    }
    going = false;
    if (underWay > 0) {
      limit.deadlines().set(this, limit.secs());
    } else {
      limit.deadlines().clear(this);
      if (at == text.length() && !failed) {
        done.run();
      }
    }
  }

  private void taken(AsyncResult<Void> slice) {
    underWay--;
    failed |= slice.failed();
    goOn();
  }

  /** It takes nothing. */
  @Override
  public void run() {
    if (!response.closed()) {
      response.reset(CANCEL);
    }
  }
}
