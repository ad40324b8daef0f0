package dev.standby.support;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A light reader of a stream of server-sent events, of which hundreds run at once. */
public final class Sse {
  private static final String DATA = "data: ";
  private static final String ID = "id: ";

  private final Future<HttpClientRequest> request;
  private final List<String> frames = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> opened = new CompletableFuture<>();
  private final CompletableFuture<Sse> ended = new CompletableFuture<>();
  private volatile String phase = "connecting";
  private volatile String lastEventId;
  private volatile long lastFrameNanos;

  Sse(Future<HttpClientRequest> request) {
    this.request = request;
    request
        .compose(
            connected -> {
              phase = "asking " + connected.connection().localAddress();
              // Here, on the connection's thread: what comes before there is a handler is dropped.
              return connected.send().onSuccess(this::read);
            })
        .onFailure(
            failure -> {
              opened.completeExceptionally(failure);
              ended.completeExceptionally(failure);
            });
  }

  private void read(HttpClientResponse response) {
    phase = "reading " + response.statusCode();
    RecordParser lines = RecordParser.newDelimited("\n", response);
    lines.handler(
        line -> {
          String text = line.toString();
          if (text.startsWith(DATA)) {
            lastFrameNanos = System.nanoTime();
            frames.add(text.substring(DATA.length()));
          } else if (text.startsWith(ID)) {
            lastEventId = text.substring(ID.length());
          }
        });
    lines.exceptionHandler(ended::completeExceptionally);
    lines.endHandler(end -> ended.complete(this));
    opened.complete(response.statusCode());
  }

  /** The HTTP status, once the answer has begun. */
  public CompletableFuture<Integer> opened() {
    return opened;
  }

  /** This reader, once the server has ended the stream; fails if it broke. */
  public CompletableFuture<Sse> ended() {
    return ended;
  }

  /** The triggers that came so far. */
  public List<JsonNode> frames() {
    return frames.stream().map(Api::json).toList();
  }

  /** How many triggers have come so far. */
  public int count() {
    return frames.size();
  }

  /** The trigger that came last. */
  public JsonNode last() {
    return Api.json(frames.get(frames.size() - 1));
  }

  /** When the trigger that came last came, by {@link System#nanoTime}. */
  public long lastFrameNanos() {
    return lastFrameNanos;
  }

  /** What a reader that comes back says that it has seen; null when it has seen nothing. */
  public String lastEventId() {
    return lastEventId;
  }

  /** How far it has come, for whoever waits in vain. */
  @Override
  public String toString() {
    return phase + ", frames " + frames;
  }

  /** Gives the stream up, without a word to the server. */
  public void cancel() {
    request.onSuccess(HttpClientRequest::reset);
  }
}
