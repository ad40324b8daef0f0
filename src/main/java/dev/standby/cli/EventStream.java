package dev.standby.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A stream of server-sent events, which goes on where it was after whatever breaks the connection:
 * {@code Last-Event-ID} is the node's to understand.
 */
final class EventStream {
  private final Node node;
  private final Supplier<Request> request;
  private final Patience patience;
  private final Terminal terminal;
  private String lastId;

  /** A stream that is opened, and opened again, by those requests. */
  EventStream(Node node, Supplier<Request> request, Patience patience, Terminal terminal) {
    this.node = node;
    this.request = request;
    this.patience = patience;
    this.terminal = terminal;
  }

  /** One event. */
  record Frame(String event, String data) {}

  /**
   * Reads until the reader has had enough.
   *
   * @param reader takes a frame; false when it is the last one that it wants
   * @throws Refused if the node says no
   * @throws Unreachable if it was out of reach for too long
   */
  void read(Predicate<Frame> reader) {
    while (patience.ask(() -> readOnce(reader), terminal)) {
      // It has ended in order: the node stops, or whatever is in front of it had enough.
      patience.breathe();
    }
  }

  /** Reads one connection to its end; true if there is more to be read. */
  private boolean readOnce(Predicate<Frame> reader) {
    InputStream in = node.stream(request.get().header("Last-Event-ID", lastId));
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      patience.reached();
      String event = null;
      String data = null;
      String id = lastId;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data = line.substring(6);
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.isEmpty()) {
          if (data != null && !reader.test(new Frame(event, data))) {
            return false;
          }
          // Not before: what breaks off within a frame has not been seen.
          lastId = id;
          event = null;
          data = null;
        }
      }
      return true;
    } catch (IOException e) {
      throw node.lost(e);
    }
  }
}
