package dev.standby.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** A client that reads server-sent events (WHATWG HTML). */
abstract class FrameReader extends Reader {
  private static final Buffer KEEP_ALIVE = Buffer.buffer(":\n\n");

  /** When a reader whose connection broke should come back, in milliseconds. */
  private static final Buffer RETRY = Buffer.buffer("retry: 1000\n\n");

  /** The same when the node stops: at once, to another. */
  private static final Buffer RETRY_ELSEWHERE = Buffer.buffer("retry: 100\n\n");

  /** Whether it has not read all of a frame yet. */
  private boolean writing;

  FrameReader(HttpServerResponse response, String credentials) {
    super(response, credentials);
  }

  @Override
  void begin() {
    if (fresh()) {
      response
          .setChunked(true)
          .putHeader(HttpHeaders.CONTENT_TYPE, Media.EVENT_STREAM)
          // Proxies that buffer answers by default are asked not to.
          .putHeader("X-Accel-Buffering", "no")
          .write(RETRY);
    }
  }

  /** Whether frames are being written, which it has not read yet. */
  boolean writing() {
    return writing;
  }

  /** Writes frames as fast as they are read, and goes on when they have been taken. */
  void write(Buffer frames, Runnable next) {
    begin();
    writing = true;
    Slices.write(
        response,
        frames,
        () -> {
          writing = false;
          next.run();
        });
  }

  /** What shows that somebody is there still: a comment. */
  Buffer signOfLife() {
    return KEEP_ALIVE;
  }

  @Override
  void keepAlive() {
    if (begun() && !writing) {
      // What comes next need not wait for it; but who does not take it is gone.
      Slices.write(response, signOfLife(), () -> {});
    }
  }

  @Override
  void sendElsewhere() {
    end(RETRY_ELSEWHERE);
  }

  @Override
  void cutOff() {
    end(Buffer.buffer());
  }

  private void end(Buffer words) {
    if (begun() && writing) {
      // Nobody need wait for a reader that does not read: it comes back by itself.
      response.reset();
    } else if (begun()) {
      response.end(words);
    }
  }
}
