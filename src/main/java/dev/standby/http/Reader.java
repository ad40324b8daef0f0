package dev.standby.http;

import dev.standby.bus.StreamFrame;
import io.vertx.core.http.HttpServerResponse;

/**
 * A client that waits for what becomes of a trigger.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
abstract class Reader {
  /** How it waits. */
  enum Kind {
    /** For all that becomes of a trigger. */
    STREAM,
    /** For one answer. */
    POLL,
    /** For all that becomes of a project's triggers. */
    FEED
  }

  /** Where it is told. */
  protected final HttpServerResponse response;

  private final String credentials;

  /** A reader with those credentials; null if nothing was asked for. */
  Reader(HttpServerResponse response, String credentials) {
    this.response = response;
    this.credentials = credentials;
  }

  /** What it has come with; null if nothing was asked for. */
  String credentials() {
    return credentials;
  }

  /** Whether nothing has been sent, and may be. */
  boolean fresh() {
    return !response.headWritten() && !response.closed();
  }

  /** Whether something has been sent, and more may be. */
  boolean begun() {
    return response.headWritten() && !response.closed();
  }

  /** How it waits. */
  abstract Kind kind();

  /** There is a trigger to wait for. */
  abstract void begin();

  /** There is none, as it has been told its end before. */
  abstract void endUntold();

  /** Takes the trigger as it is now. */
  abstract void write(StreamFrame frame);

  /** Shows that somebody is there still. */
  abstract void keepAlive();

  /** Ends the wait; the client goes on elsewhere, if it wants to. */
  abstract void sendElsewhere();

  /** Ends the wait; the client may not know more. */
  abstract void cutOff();
}
