package dev.standby.support;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A client of the REST API, as any would be: the JDK's, over real sockets. */
public final class Api {
  /** Reads JSON without losing a digit. */
  public static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNumberLength(1_000_000)
                          .maxNameLength(1_000_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private final URI base;
  private final String credentials;

  private Api(URI base, String credentials) {
    this.base = base;
    this.credentials = credentials;
  }

  /** A client of the node at {@code base}. */
  public Api(URI base) {
    this(base, null);
  }

  /** A client of the node at {@code base}. */
  public Api(String base) {
    this(URI.create(base));
  }

  /** The same client with those credentials; null for none. */
  public Api with(String bearer) {
    return new Api(base, bearer);
  }

  /** An answer. */
  public record Answer(int status, JsonNode json, String text, HttpHeaders headers) {
    /** A field of the JSON as text; null when it is not there. */
    public String field(String name) {
      return json.path(name).isMissingNode() ? null : json.path(name).asText();
    }

    /** A header; null when it is not there. */
    public String header(String name) {
      return headers.firstValue(name).orElse(null);
    }
  }

  /** A request to a path as it goes over the wire, to be added to. */
  public HttpRequest.Builder request(String rawPath) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + rawPath)).timeout(Duration.ofSeconds(60));
    return credentials == null ? request : request.header("Authorization", "Bearer " + credentials);
  }

  /** Sends a request. */
  public Answer send(HttpRequest request) {
    return sendAsync(request).join();
  }

  /** Sends a request. */
  public CompletableFuture<Answer> sendAsync(HttpRequest request) {
    return CLIENT
        .sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
        .thenApply(
            response ->
                new Answer(
                    response.statusCode(),
                    json(response.body()),
                    response.body(),
                    response.headers()));
  }

  public Answer get(String rawPath) {
    return send(request(rawPath).GET().build());
  }

  public Answer delete(String rawPath) {
    return send(request(rawPath).DELETE().build());
  }

  public Answer post(String rawPath, String json) {
    return postAsync(rawPath, json).join();
  }

  public Answer patch(String rawPath, String json) {
    return send(
        request(rawPath)
            .header("Content-Type", "application/json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  public CompletableFuture<Answer> postAsync(String rawPath, String json) {
    return sendAsync(
        request(rawPath)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  /** Registers a wait with the defaults. */
  public Answer register(String key) {
    return post("/v1/events", "{\"event_key\":" + quoted(key) + "}");
  }

  /** Opens the key's stream; the body is read as it comes. */
  public HttpResponse<InputStream> stream(String key) {
    try {
      return CLIENT.send(
          request(path(key) + "/stream").header("Accept", "text/event-stream").GET().build(),
          HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The path of a key. */
  public static String path(String key) {
    return "/v1/events/" + encode(key);
  }

  /** Percent-encoded, for a path or a query. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** As a JSON string. */
  public static String quoted(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Text as JSON; a missing node when it is none. */
  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }
}
