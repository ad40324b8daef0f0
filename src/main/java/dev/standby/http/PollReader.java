package dev.standby.http;

import dev.standby.bus.StreamFrame;
import dev.standby.bus.TriggerJson;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * A client that waits for one answer: the trigger once it is terminal, or as it is when the time is
 * over (contract, section "Waiting by HTTP").
 */
final class PollReader extends Reader {
  /** White space before the JSON, which means nothing: neither client nor proxy gives up. */
  private static final Buffer KEEP_ALIVE = Buffer.buffer("\n");

  /** The trigger as it was last; null until it is known. */
  private EventTrigger trigger;

  /** Whether the time was over before the trigger was known. */
  private boolean late;

  private boolean answered;

  private final SharedText answers;

  /** A reader with those credentials, which shares {@code answers} with the others. */
  PollReader(HttpServerResponse response, String credentials, SharedText answers) {
    super(response, credentials);
    this.answers = answers;
  }

  @Override
  Kind kind() {
    return Kind.POLL;
  }

  @Override
  void begin() {
    // The answer begins when it is known.
  }

  @Override
  void endUntold() {
    // It was told nothing before.
  }

  @Override
  void write(StreamFrame frame) {
    trigger = frame.trigger();
    if (late || trigger.status().terminal()) {
      answer();
    }
  }

  /** Answers with the trigger as it is. */
  void answer() {
    if (answered || trigger == null || response.closed()) {
      late = true;
      return;
    }
    answered = true;
    Buffer json = answers.of(trigger, () -> TriggerJson.encode(trigger));
    trigger = null;
    if (fresh()) {
      Slices.end(response.putHeader(HttpHeaders.CONTENT_TYPE, Media.JSON), json);
    } else {
      Slices.write(response, json, response::end);
    }
  }

  @Override
  void keepAlive() {
    if (answered || trigger == null || response.closed()) {
      return;
    }
    if (fresh()) {
      response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, Media.JSON);
    }
    response.write(KEEP_ALIVE);
  }

  @Override
  void sendElsewhere() {
    answer();
  }

  @Override
  void cutOff() {
    if (!answered && !response.closed()) {
      response.reset();
    }
  }
}
