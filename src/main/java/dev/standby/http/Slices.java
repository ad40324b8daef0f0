package dev.standby.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * Writes long answers as fast as they are read: what a connection buffers is bounded, and a reader
 * that is slow is not taken for one that is gone, as one write of megabytes would be.
 */
final class Slices {
  private static final int BYTES = 64 * 1024;

  private Slices() {}

  /** Writes {@code text}, and then runs {@code done}; never if the connection closes before. */
  static void write(HttpServerResponse response, Buffer text, Runnable done) {
    writeFrom(0, response, text, done);
  }

  private static void writeFrom(
      int start, HttpServerResponse response, Buffer text, Runnable done) {
    int at = start;
    while (at < text.length()) {
      if (response.closed()) {
        return;
      }
      if (response.writeQueueFull()) {
        int next = at;
        response.drainHandler(drained -> writeFrom(next, response, text, done));
        return;
      }
      int end = Math.min(at + BYTES, text.length());
      response.write(text.slice(at, end));
      at = end;
    }
    done.run();
  }

  /** Answers with {@code text} and ends the response. */
  static void end(HttpServerResponse response, Buffer text) {
    if (text.length() <= BYTES) {
      response.end(text);
    } else {
      response.putHeader("Content-Length", Integer.toString(text.length()));
      write(response, text, response::end);
    }
  }
}
