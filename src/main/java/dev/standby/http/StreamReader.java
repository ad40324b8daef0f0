package dev.standby.http;

import dev.standby.bus.StreamFrame;
import dev.standby.bus.TriggerJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * A client that reads a stream (contract, section "The stream"; the format is WHATWG HTML's,
 * "Server-sent events").
 */
final class StreamReader extends Reader {
  private static final Buffer KEEP_ALIVE = Buffer.buffer(":\n\n");

  /** When a reader whose connection broke should come back, in milliseconds. */
  private static final Buffer RETRY = Buffer.buffer("retry: 1000\n\n");

  /** The same when the node stops: at once, to another. */
  private static final Buffer RETRY_ELSEWHERE = Buffer.buffer("retry: 100\n\n");

  /** Whether it has not read all of a frame yet. */
  private boolean writing;

  /** What comes then: the newest is enough, it is the trigger as it is. Null for nothing. */
  private StreamFrame next;

  StreamReader(HttpServerResponse response, String credentials) {
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

  @Override
  void endUntold() {
    if (fresh()) {
      // 204 is how EventSource is told not to come back.
      response.setStatusCode(204).end();
    }
  }

  @Override
  void write(StreamFrame frame) {
    if (response.closed()) {
      return;
    }
    begin();
    if (writing) {
      next = frame;
      return;
    }
    writing = true;
    Buffer text =
        Buffer.buffer(
            "event: status\nid: "
                + frame.eventId()
                + "\ndata: "
                + TriggerJson.encode(frame.trigger())
                + "\n\n");
    Slices.write(response, text, () -> written(frame));
  }

  private void written(StreamFrame frame) {
    writing = false;
    if (frame.trigger().status().terminal()) {
      response.end();
    } else if (next != null) {
      StreamFrame held = next;
      next = null;
      write(held);
    }
  }

  @Override
  void keepAlive() {
    if (begun() && !writing) {
      response.write(KEEP_ALIVE);
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
