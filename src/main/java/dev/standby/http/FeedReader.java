package dev.standby.http;

import dev.standby.bus.StreamFrame;
import dev.standby.bus.TriggerJson;
import dev.standby.trigger.Outcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

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

  private final SharedText pages;

  /** A reader with those credentials, which shares {@code pages} with the others. */
  FeedReader(HttpServerResponse response, String credentials, SharedText pages) {
    super(response, credentials);
    this.pages = pages;
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
    List<Outcome.Change> changes = page.changes();
    Buffer text;
    if (!changes.isEmpty()) {
      text = pages.of(changes, () -> frames(changes));
      told = changes.get(changes.size() - 1).id();
    } else if (page.reset()) {
      text = Buffer.buffer("event: reset\nid: " + page.next() + "\n" + RESET);
      told = page.next();
    } else if (position == null) {
      // Whoever breaks off before the first change knows where to go on as well.
      text = Buffer.buffer(idOnly(page.next()));
      told = page.next();
    } else {
      text = Buffer.buffer();
    }
    position = page.next();
    write(text, next);
  }

  private static String frames(List<Outcome.Change> changes) {
    StringBuilder text = new StringBuilder();
    for (Outcome.Change change : changes) {
      text.append(StreamReader.frame(change.id(), TriggerJson.encode(change.trigger())));
    }
    return text.toString();
  }

  /** The id after which it is to be told more; null before the first page. */
  String position() {
    return position;
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
