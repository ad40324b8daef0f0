package dev.standby.http;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.StreamFrame;
import dev.standby.bus.StreamRequest;
import dev.standby.bus.TriggerJson;
import dev.standby.trigger.Command;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The streams whose connections this verticle has (contract, section "The stream"; the format is
 * WHATWG HTML's, "Server-sent events"). The stream room says what they tell.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class EventStreams {
  private static final Buffer KEEP_ALIVE = Buffer.buffer(":\n\n");

  /** When a reader whose connection broke should come back, in milliseconds. */
  private static final Buffer RETRY = Buffer.buffer("retry: 1000\n\n");

  /** The same when the node stops: at once, to another. */
  private static final Buffer RETRY_ELSEWHERE = Buffer.buffer("retry: 100\n\n");

  /** What a reader may leave unread: more than one frame can have at the default limits. */
  private static final int MAX_UNREAD_BYTES = 4 * 1024 * 1024;

  private static final CharSequence LAST_EVENT_ID = HttpHeaders.createOptimized("Last-Event-ID");

  private final Bus bus;
  private final String address = "standby.local.frames." + UUID.randomUUID();
  private final Map<Long, HttpServerResponse> open = new HashMap<>();
  private long lastId;

  private EventStreams(Bus bus) {
    this.bus = bus;
  }

  /** Ready to open streams, each of which gets a comment every {@code keepAliveSecs}. */
  static Future<EventStreams> start(Vertx vertx, Bus bus, int keepAliveSecs) {
    EventStreams streams = new EventStreams(bus);
    vertx.setPeriodic(keepAliveSecs * 1000L, timer -> streams.keepAlive());
    return bus.hearLocally(streams.address, StreamFrame.class, streams::write).map(streams);
  }

  /** Opens a stream of the newest trigger of a key, or answers why there is none. */
  void open(Call call, Command.Get get) {
    long id = ++lastId;
    HttpServerResponse response = call.response();
    open.put(id, response);
    response.endHandler(end -> close(id)).closeHandler(gone -> close(id));
    StreamRequest request =
        new StreamRequest(
            address, id, get.eventKey(), get.projectId(), call.request().getHeader(LAST_EVENT_ID));
    bus.<Boolean>askLocally(Addresses.STREAM_OPEN, request)
        .onComplete(
            standing -> {
              if (standing) {
                begin(response);
              } else if (!response.headWritten() && !response.closed()) {
                // Nothing is left to tell. 204 is how EventSource is told not to come back.
                response.setStatusCode(204).end();
              }
            },
            failure -> Problems.answer(call, failure));
  }

  private static void begin(HttpServerResponse response) {
    if (!response.headWritten() && !response.closed()) {
      response
          .setChunked(true)
          .setWriteQueueMaxSize(MAX_UNREAD_BYTES)
          .putHeader(HttpHeaders.CONTENT_TYPE, Media.EVENT_STREAM)
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          // Proxies that buffer answers by default are asked not to.
          .putHeader("X-Accel-Buffering", "no")
          .write(RETRY);
    }
  }

  private void write(StreamFrame frame) {
    HttpServerResponse response = open.get(frame.streamId());
    if (response == null || response.closed()) {
      return;
    }
    if (response.headWritten() && response.writeQueueFull()) {
      cutOff(response);
      return;
    }
    begin(response);
    Buffer text =
        Buffer.buffer(
            "event: status\nid: "
                + frame.eventId()
                + "\ndata: "
                + TriggerJson.encode(frame.trigger())
                + "\n\n");
    if (frame.trigger().status().terminal()) {
      response.end(text);
    } else {
      response.write(text);
    }
  }

  private void keepAlive() {
    for (HttpServerResponse response : List.copyOf(open.values())) {
      if (!response.headWritten() || response.closed()) {
        continue;
      }
      if (response.writeQueueFull()) {
        cutOff(response);
      } else {
        response.write(KEEP_ALIVE);
      }
    }
  }

  /** A reader that does not read would fill our memory; it comes back with its Last-Event-ID. */
  private static void cutOff(HttpServerResponse response) {
    response.reset();
  }

  private void close(long id) {
    if (open.remove(id) != null) {
      bus.tellLocally(Addresses.STREAM_CLOSE, address + "/" + id);
    }
  }

  /** Ends every stream; their readers go on at another node. */
  void stop() {
    for (HttpServerResponse response : List.copyOf(open.values())) {
      if (response.headWritten() && !response.closed()) {
        response.end(RETRY_ELSEWHERE);
      }
    }
  }
}
