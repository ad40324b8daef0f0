package dev.standby.http;

import dev.standby.bus.StreamFrame;
import dev.standby.bus.TriggerJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** A client that reads a stream (contract, section "The stream"). */
final class StreamReader extends FrameReader {
  /** What comes then: the newest is enough, it is the trigger as it is. Null for nothing. */
  private StreamFrame next;

  StreamReader(HttpServerResponse response, String credentials) {
    super(response, credentials);
  }

  @Override
  Kind kind() {
    return Kind.STREAM;
  }

  /** The frame of a trigger, as streams and feeds show it. */
  static String frame(String eventId, String data) {
    return "event: status\nid: " + eventId + "\ndata: " + data + "\n\n";
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
    if (writing()) {
      next = frame;
      return;
    }
    write(
        Buffer.buffer(frame(frame.eventId(), TriggerJson.encode(frame.trigger()))),
        () -> written(frame));
  }

  private void written(StreamFrame frame) {
    if (frame.trigger().status().terminal()) {
      response.end();
    } else if (next != null) {
      StreamFrame held = next;
      next = null;
      write(held);
    }
  }
}
