package dev.standby.http;

import dev.standby.bus.StreamFrame;
import dev.standby.bus.TriggerJson;
import io.vertx.core.http.HttpServerResponse;

/** A client that reads a stream (contract, section "The stream"). */
final class StreamReader extends FrameReader {
  private final SharedText frames;

  /** What comes then: the newest is enough, it is the trigger as it is. Null for nothing. */
  private StreamFrame next;

  /** A reader with those credentials, which shares {@code frames} with the others. */
  StreamReader(HttpServerResponse response, String credentials, SharedText frames) {
    super(response, credentials);
    this.frames = frames;
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
    // What is remembered of it meanwhile is not the trigger, which may be long.
    boolean last = frame.trigger().status().terminal();
    write(frames.of(frame.trigger(), () -> text(frame)), () -> written(last));
  }

  private static String text(StreamFrame frame) {
    return frame(frame.eventId(), TriggerJson.encode(frame.trigger()));
  }

  private void written(boolean last) {
    if (last) {
      response.end();
    } else if (next != null) {
      StreamFrame held = next;
      next = null;
      write(held);
    }
  }
}
