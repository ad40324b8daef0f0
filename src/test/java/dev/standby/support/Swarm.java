package dev.standby.support;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** Many clients of several nodes at once: what is asked together is under way together. */
public final class Swarm implements AutoCloseable {
  private static final int CONNECTIONS = 64;
  private static final int STREAMS = 2000;
  private static final long LIMIT_SECS = 40;
  private static final long ANSWER_LIMIT_MILLIS = 3000;
  private static final long PAUSE_MILLIS = 50;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient requests =
      vertx.createHttpClient(
          new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
  private final HttpClient streams;
  private final List<URI> nodes;

  /** Clients of the nodes at those URLs. */
  public Swarm(List<URI> nodes) {
    this(nodes, STREAMS);
  }

  /** As {@link #Swarm(List)}, with so many streams of a node open at once. */
  public Swarm(List<URI> nodes, int maxStreams) {
    this.nodes = List.copyOf(nodes);
    this.streams =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(false),
            new PoolOptions().setHttp1MaxSize(maxStreams));
  }

  /** An answer: its status and its JSON. */
  public record Reply(int status, String text) {
    /** The body as JSON. */
    public JsonNode json() {
      return Api.json(text);
    }

    /** The trigger that answers, or that a refusal names. */
    public JsonNode trigger() {
      JsonNode json = json();
      return status < 300 ? json : json.path("trigger");
    }
  }

  /** Asks a node, counted from 0 and around; {@code body} may be null. */
  public CompletableFuture<Reply> ask(int node, HttpMethod method, String path, String body) {
    return ask(at(node).setMethod(method).setURI(path), body);
  }

  /** Posts something with an idempotency key. */
  public CompletableFuture<Reply> once(int node, String key, String path, String body) {
    return ask(
        at(node).setMethod(HttpMethod.POST).setURI(path).putHeader("Idempotency-Key", key), body);
  }

  private CompletableFuture<Reply> ask(RequestOptions options, String body) {
    if (body != null) {
      options.putHeader("Content-Type", "application/json");
    }
    return requests
        .request(options)
        // All of it on the connection's thread: what comes before there is a handler is dropped.
        .compose(
            request ->
                (body == null ? request.send() : request.send(Buffer.buffer(body)))
                    .compose(
                        response ->
                            response
                                .body()
                                .map(text -> new Reply(response.statusCode(), text.toString()))))
        .toCompletionStage()
        .toCompletableFuture();
  }

  public CompletableFuture<Reply> get(int node, String key) {
    return ask(node, HttpMethod.GET, Api.path(key), null);
  }

  /** Registers with these further fields, as they stand in the JSON; empty for none. */
  public CompletableFuture<Reply> register(int node, String key, String fields) {
    String more = fields.isEmpty() ? "" : "," + fields;
    return ask(
        node, HttpMethod.POST, "/v1/events", "{\"event_key\":" + Api.quoted(key) + more + "}");
  }

  public CompletableFuture<Reply> send(int node, String key, String payload) {
    return ask(node, HttpMethod.POST, Api.path(key) + "/send", "{\"payload\":" + payload + "}");
  }

  public CompletableFuture<Reply> sendPrefix(int node, String prefix, String payload) {
    return ask(
        node,
        HttpMethod.POST,
        "/v1/events/prefix/" + Api.encode(prefix) + "/send",
        "{\"payload\":" + payload + "}");
  }

  public CompletableFuture<Reply> cancel(int node, String key) {
    return ask(node, HttpMethod.DELETE, Api.path(key), null);
  }

  /** Asks one node after the other, from that one on, until one answers and not with 503. */
  public CompletableFuture<Reply> untilAnswered(
      int node, IntFunction<CompletableFuture<Reply>> attempt) {
    return attempt
        .apply(node)
        .orTimeout(ANSWER_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .exceptionally(failure -> null)
        .thenCompose(
            reply ->
                reply == null || reply.status() == 503
                    ? in(PAUSE_MILLIS, () -> untilAnswered(node + 1, attempt))
                    : CompletableFuture.completedFuture(reply));
  }

  /** Asks for the key's trigger, and waits for its end for so many seconds. */
  public CompletableFuture<Reply> poll(int node, String key, int waitSecs) {
    return streams
        .request(at(node).setURI(Api.path(key)).putHeader("Prefer", "wait=" + waitSecs))
        .compose(
            request ->
                request
                    .send()
                    .compose(
                        response ->
                            response
                                .body()
                                .map(text -> new Reply(response.statusCode(), text.toString()))))
        .toCompletionStage()
        .toCompletableFuture();
  }

  /** Opens the key's stream. */
  public Sse stream(int node, String key) {
    return stream(node, key, null);
  }

  /** Opens the key's stream again, for a reader that has seen something; null if it has not. */
  public Sse stream(int node, String key, String lastEventId) {
    RequestOptions options =
        at(node).setURI(Api.path(key) + "/stream").putHeader("Accept", "text/event-stream");
    if (lastEventId != null) {
      options.putHeader("Last-Event-ID", lastEventId);
    }
    return new Sse(streams.request(options));
  }

  /** Reads the key's stream to its end, at whichever node it takes; begins at that one. */
  public Follower follow(int node, String key) {
    return new Follower(this, node, key);
  }

  /** Where a node is, counted from 0 and around. */
  public URI url(int node) {
    return nodes.get(node % nodes.size());
  }

  private RequestOptions at(int node) {
    URI url = url(node);
    return new RequestOptions().setHost(url.getHost()).setPort(url.getPort());
  }

  /** Has {@code work} done in so many milliseconds, 0 for at once. */
  public <T> CompletableFuture<T> in(
      long millis, java.util.function.Supplier<CompletableFuture<T>> work) {
    if (millis <= 0) {
      return work.get();
    }
    return vertx
        .timer(millis, TimeUnit.MILLISECONDS)
        .toCompletionStage()
        .toCompletableFuture()
        .thenCompose(tick -> work.get());
  }

  /** Waits for all of them; fails if one does, or takes too long. */
  public static <T> List<T> all(List<CompletableFuture<T>> futures) {
    try {
      CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
          .get(LIMIT_SECS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new AssertionError(
          futures.stream().filter(f -> !f.isDone()).count() + " of " + futures.size() + " hang", e);
    }
    return futures.stream().map(CompletableFuture::join).toList();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
