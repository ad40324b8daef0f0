package dev.standby.http;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.StreamFrame;
import dev.standby.bus.StreamRequest;
import dev.standby.bus.TriggerJson;
import dev.standby.trigger.Command;
import dev.standby.trigger.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private static final CharSequence LAST_EVENT_ID = HttpHeaders.createOptimized("Last-Event-ID");

  /** How often it is asked whether those who read may still. */
  private static final long RECHECK_MILLIS = 1000;

  private final Bus bus;
  private final Gate gate;
  private final String address = "standby.local.frames." + UUID.randomUUID();
  private final Map<Long, Reader> open = new HashMap<>();
  private long lastId;
  private boolean stopping;

  private EventStreams(Bus bus, Gate gate) {
    this.bus = bus;
    this.gate = gate;
  }

  /** Ready to open streams, each of which gets a comment every {@code keepAliveSecs}. */
  static Future<EventStreams> start(Vertx vertx, Bus bus, Gate gate, int keepAliveSecs) {
    EventStreams streams = new EventStreams(bus, gate);
    vertx.setPeriodic(RECHECK_MILLIS, timer -> streams.recheck());
    vertx.setPeriodic(keepAliveSecs * 1000L, timer -> streams.keepAlive());
    return bus.hearLocally(streams.address, StreamFrame.class, streams::write).map(streams);
  }

  /** Opens a stream of the newest trigger of a key, or answers why there is none. */
  void open(Call call, Command.Get get) {
    long id = ++lastId;
    HttpServerResponse response = call.response();
    Reader reader = new Reader(response, gate.credentials(call.request()));
    open.put(id, reader);
    response.endHandler(end -> close(id)).closeHandler(gone -> close(id));
    StreamRequest request =
        new StreamRequest(
            address, id, get.eventKey(), get.projectId(), call.request().getHeader(LAST_EVENT_ID));
    bus.<Boolean>askLocally(Addresses.STREAM_OPEN, request)
        .onComplete(
            standing -> {
              if (standing) {
                reader.begin();
                if (stopping) {
                  reader.sendElsewhere();
                }
              } else if (reader.fresh()) {
                // Nothing is left to tell. 204 is how EventSource is told not to come back.
                response.setStatusCode(204).end();
              }
            },
            failure -> Problems.answer(call, failure));
  }

  private void write(StreamFrame frame) {
    Reader reader = open.get(frame.streamId());
    if (reader != null) {
      reader.write(frame);
    }
  }

  private void keepAlive() {
    List.copyOf(open.values()).forEach(Reader::keepAlive);
  }

  /** Ends the streams of those whose credentials are not good any more. */
  private void recheck() {
    open.values().stream()
        .map(reader -> reader.credentials)
        .filter(Objects::nonNull)
        .distinct()
        .forEach(
            credentials ->
                gate.check(credentials)
                    .onFailure(
                        failure -> {
                          if (Bus.rejection(failure).reason() == Reason.AUTHENTICATION_REQUIRED) {
                            end(credentials);
                          }
                        }));
  }

  private void end(String credentials) {
    List.copyOf(open.values()).stream()
        .filter(reader -> credentials.equals(reader.credentials))
        .forEach(reader -> reader.end(Buffer.buffer()));
  }

  private void close(long id) {
    if (open.remove(id) != null) {
      bus.tellLocally(Addresses.STREAM_CLOSE, address + "/" + id);
    }
  }

  /** Ends every stream; their readers go on at another node. */
  void stop() {
    stopping = true;
    List.copyOf(open.values()).forEach(Reader::sendElsewhere);
  }

  /** One connection. */
  private static final class Reader {
    private final HttpServerResponse response;

    /** What its reader has come with; null if nothing was asked for. */
    private final String credentials;

    /** Whether it has not read all of a frame yet. */
    private boolean writing;

    /** What comes then: the newest is enough, it is the trigger as it is. Null for nothing. */
    private StreamFrame next;

    Reader(HttpServerResponse response, String credentials) {
      this.response = response;
      this.credentials = credentials;
    }

    /** Whether nothing has been sent, and may be. */
    boolean fresh() {
      return !response.headWritten() && !response.closed();
    }

    private boolean begun() {
      return response.headWritten() && !response.closed();
    }

    void begin() {
      if (fresh()) {
        response
            .setChunked(true)
            .putHeader(HttpHeaders.CONTENT_TYPE, Media.EVENT_STREAM)
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
            // Proxies that buffer answers by default are asked not to.
            .putHeader("X-Accel-Buffering", "no")
            .write(RETRY);
      }
    }

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

    void keepAlive() {
      if (begun() && !writing) {
        response.write(KEEP_ALIVE);
      }
    }

    void sendElsewhere() {
      end(RETRY_ELSEWHERE);
    }

    /** Ends the stream with last words, if the reader will hear them; it comes back by itself. */
    void end(Buffer words) {
      if (begun() && writing) {
        // Nobody need wait for a reader that does not read.
        response.reset();
      } else if (begun()) {
        response.end(words);
      }
    }
  }
}
