package dev.standby.http;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.FeedNext;
import dev.standby.bus.FeedRequest;
import dev.standby.bus.StreamFrame;
import dev.standby.bus.StreamRequest;
import dev.standby.trigger.Command;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * The clients of this verticle that wait for what becomes of a trigger, by a stream or by one
 * answer, or of a project's triggers, by a feed (contract, sections "The stream", "Waiting by
 * HTTP"). The stream room says what they are told.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class EventStreams {
  private static final CharSequence LAST_EVENT_ID = HttpHeaders.createOptimized("Last-Event-ID");

  /** How often it is asked whether those who read may still. */
  private static final long RECHECK_MILLIS = 1000;

  /** How long after a failure a feed tries to go on. */
  private static final long RETRY_MILLIS = 500;

  private final Vertx vertx;
  private final Bus bus;
  private final Gate gate;
  private final HttpMeters meters;
  private final String address = "standby.local.frames." + UUID.randomUUID();
  private final Map<Long, Reader> open = new HashMap<>();
  private final SharedText frames = new SharedText();
  private final SharedText answers = new SharedText();
  private final SharedText pages = new SharedText();
  private long lastId;
  private boolean stopping;

  private EventStreams(Vertx vertx, Bus bus, Gate gate, HttpMeters meters) {
    this.vertx = vertx;
    this.bus = bus;
    this.gate = gate;
    this.meters = meters;
  }

  /** Ready to open streams, each of which gets a sign of life every {@code keepAliveSecs}. */
  static Future<EventStreams> start(
      Vertx vertx, Bus bus, Gate gate, HttpMeters meters, int keepAliveSecs) {
    EventStreams streams = new EventStreams(vertx, bus, gate, meters);
    vertx.setPeriodic(RECHECK_MILLIS, timer -> streams.recheck());
    vertx.setPeriodic(keepAliveSecs * 1000L, timer -> streams.keepAlive());
    return bus.hearLocally(streams.address, StreamFrame.class, streams::write).map(streams);
  }

  /** Opens a stream of the newest trigger of a key, or answers why there is none. */
  void open(Call call, Command.Get get) {
    open(
        call,
        get,
        new StreamReader(call.response(), gate.credentials(call.request()), frames),
        call.request().getHeader(LAST_EVENT_ID));
  }

  /**
   * Answers with the newest trigger of a key once it is terminal, or as it is in so many seconds;
   * or why there is none.
   */
  void poll(Call call, Command.Get get, int waitSecs) {
    HttpServerResponse response =
        call.response().putHeader(Preferences.APPLIED, "wait=" + waitSecs);
    PollReader reader = new PollReader(response, gate.credentials(call.request()), answers);
    long timer = vertx.setTimer(Math.max(1, waitSecs * 1000L), tick -> reader.answer());
    open(call, get, reader, null).onComplete(ended -> vertx.cancelTimer(timer));
  }

  /** Opens the feed of a project, or answers why there is none. */
  void feed(Call call, Command.ListPage filter) {
    FeedReader reader = new FeedReader(call.response(), gate.credentials(call.request()), pages);
    long id = enter(call, reader, Promise.promise());
    if (id == 0) {
      return;
    }
    String lastEventId = call.request().getHeader(LAST_EVENT_ID);
    String after = lastEventId == null || lastEventId.isEmpty() ? null : lastEventId;
    bus.<Outcome.FeedPage>askLocally(Addresses.FEED_OPEN, new FeedRequest(name(id), filter, after))
        .onComplete(
            page -> {
              if (stopping) {
                reader.begin();
                reader.sendElsewhere();
              } else {
                reader.write(page, () -> goOn(id, reader));
              }
            },
            failure -> Problems.answer(call, failure));
  }

  /** Asks for what follows in a feed whose reader has read all so far. */
  private void goOn(long id, FeedReader reader) {
    if (!open.containsKey(id)) {
      return;
    }
    bus.<Outcome.FeedPage>askLocally(Addresses.FEED_NEXT, new FeedNext(name(id), reader.position()))
        .onComplete(
            page -> {
              if (open.containsKey(id)) {
                reader.write(page, () -> goOn(id, reader));
              }
            },
            failure -> {
              if (Bus.rejection(failure).reason() == Reason.UNAVAILABLE) {
                // The database is away: its readers need not be.
                vertx.setTimer(RETRY_MILLIS, timer -> goOn(id, reader));
              } else {
                reader.cutOff();
              }
            });
  }

  /** Has a reader told of the newest trigger of a key; completes when it hears no more. */
  private Future<Void> open(Call call, Command.Get get, Reader reader, String lastEventId) {
    Promise<Void> ended = Promise.promise();
    long id = enter(call, reader, ended);
    if (id == 0) {
      return Future.succeededFuture();
    }
    StreamRequest request =
        new StreamRequest(
            address,
            id,
            get.eventKey(),
            get.projectId(),
            reader instanceof PollReader,
            lastEventId);
    bus.<Boolean>askLocally(Addresses.STREAM_OPEN, request)
        .onComplete(
            standing -> {
              if (standing) {
                reader.begin();
                if (stopping) {
                  reader.sendElsewhere();
                }
              } else {
                reader.endUntold();
              }
            },
            failure -> Problems.answer(call, failure));
    return ended.future();
  }

  /** Gives a reader its number; 0 if it has gone already. */
  private long enter(Call call, Reader reader, Promise<Void> ended) {
    if (call.response().closed()) {
      // The client went while it was asked who it is, and nothing would tell us so again.
      return 0;
    }
    long id = ++lastId;
    open.put(id, reader);
    meters.readers(reader.kind()).incrementAndGet();
    call.response().endHandler(end -> close(id, ended)).closeHandler(gone -> close(id, ended));
    return id;
  }

  /** What a reader is called between the rooms. */
  private String name(long id) {
    return address + "/" + id;
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
    List.of(frames, answers, pages).forEach(SharedText::forget);
    open.values().stream()
        .map(Reader::credentials)
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
        .filter(reader -> credentials.equals(reader.credentials()))
        .forEach(Reader::cutOff);
  }

  private void close(long id, Promise<Void> ended) {
    ended.tryComplete();
    Reader reader = open.remove(id);
    if (reader != null) {
      meters.readers(reader.kind()).decrementAndGet();
      bus.tellLocally(Addresses.STREAM_CLOSE, name(id));
    }
  }

  /** Ends every stream; their readers go on at another node. */
  void stop() {
    stopping = true;
    List.copyOf(open.values()).forEach(Reader::sendElsewhere);
  }
}
