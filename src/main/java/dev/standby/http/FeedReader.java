package dev.standby.http;

import dev.standby.bus.StreamFrame;
import dev.standby.bus.TriggerJson;
import dev.standby.trigger.Outcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * A client that reads a project's feed (contract, section "Waiting by HTTP"): page by page, and the
 * next is not fetched before it has taken the last.
 */
final class FeedReader extends FrameReader {
  private static final String RESET =
      "data: {\"detail\":\"Changes may have been missed, as they are not kept any more: read the"
          + " list anew. The feed goes on from here.\"}\n\n";

  /** Where the reader could go on, and where it knows that it could; null before the first page. */
  private String position;

  private String told;

  FeedReader(HttpServerResponse response, String credentials) {
    super(response, credentials);
  }

  @Override
  Kind kind() {
    return Kind.FEED;
  }

  /** Writes a page, and then goes on; never if the client is gone. */
  void write(Outcome.FeedPage page, Runnable next) {
    if (response.closed()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    if (page.reset()) {
      text.append("event: reset\nid: ").append(page.next()).append('\n').append(RESET);
    }
    for (Outcome.Change change : page.changes()) {
      text.append(StreamReader.frame(change.id(), TriggerJson.encode(change.trigger())));
      told = change.id();
    }
    if (position == null && page.changes().isEmpty() && !page.reset()) {
      // Whoever breaks off before the first change knows where to go on as well.
      text.append(idOnly(page.next()));
    }
    position = page.next();
    if (page.changes().isEmpty() && text.length() > 0) {
      told = position;
    }
    write(Buffer.buffer(text.toString()), next);
  }

  private static String idOnly(String id) {
    return "id: " + id + "\n\n";
  }

  /** Where it could go on, if that has moved without a word: past what the filters hold back. */
  @Override
  Buffer signOfLife() {
    if (position == null || position.equals(told)) {
      return super.signOfLife();
    }
    told = position;
    return Buffer.buffer(idOnly(position));
  }

  @Override
  void endUntold() {
    // A feed has no end.
  }

  @Override
  void write(StreamFrame frame) {
    // It asks for what it is told.
  }
}
