package dev.standby.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.support.Api;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads one stream of Server-Sent Events, as a browser's {@code EventSource} does. */
public final class SseReader implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final HttpResponse<InputStream> response;
  private final BufferedReader lines;
  private final List<String> retries = new ArrayList<>();
  private int comments;

  private SseReader(HttpResponse<InputStream> response) {
    this.response = response;
    this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  /** One event. */
  public record Frame(String event, String id, String data) {
    /** The trigger in it. */
    public JsonNode json() {
      return Api.json(data);
    }

    /** The status of the trigger in it. */
    public String status() {
      return json().path("status").asText();
    }
  }

  /** Opens the stream of a key. */
  public static SseReader open(Api api, String key) {
    return open(api.request(Api.path(key) + "/stream"));
  }

  /** Opens it again after that frame was seen. */
  public static SseReader resume(Api api, String key, String lastEventId) {
    return open(api.request(Api.path(key) + "/stream").header("Last-Event-ID", lastEventId));
  }

  /** Opens the stream that a request asks for. */
  public static SseReader open(HttpRequest.Builder request) {
    try {
      return new SseReader(
          CLIENT.send(
              request.header("Accept", "text/event-stream").GET().build(),
              HttpResponse.BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The status of the answer. */
  public int status() {
    return response.statusCode();
  }

  /** A header of the answer; null when it is not there. */
  public String header(String name) {
    return response.headers().firstValue(name).orElse(null);
  }

  /** The next event; null when the server has closed the stream. */
  public Frame next() {
    String event = null;
    String id = null;
    String data = null;
    for (String line = line(); line != null; line = line()) {
      if (line.isEmpty()) {
        if (data != null) {
          return new Frame(event, id, data);
        }
      } else if (line.startsWith(":")) {
        comments++;
      } else if (line.startsWith("retry: ")) {
        retries.add(line.substring(7));
      } else if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ") && data == null) {
        data = line.substring(6);
      } else {
        throw new AssertionError("Unexpected line: " + line);
      }
    }
    return null;
  }

  /** Every event until the server closes the stream. */
  public List<Frame> rest() {
    List<Frame> frames = new ArrayList<>();
    for (Frame frame = next(); frame != null; frame = next()) {
      frames.add(frame);
    }
    return frames;
  }

  /** Reads lines until a comment has come by. */
  public void awaitComment() {
    int before = comments;
    while (comments == before) {
      String line = line();
      if (line == null) {
        throw new AssertionError("The stream ended before a comment came");
      }
      if (line.startsWith(":")) {
        comments++;
      }
    }
  }

  /** Reads lines until an id has come by that is another; gives it. */
  public String awaitOtherId(String id) {
    for (String line = line(); line != null; line = line()) {
      if (line.startsWith("id: ") && !line.substring(4).equals(id)) {
        return line.substring(4);
      }
    }
    throw new AssertionError("The stream ended before another id came");
  }

  /** Reads lines until a comment has come by, or a position without a change. */
  public void awaitSignOfLife() {
    for (String line = line(); line != null; line = line()) {
      if (line.startsWith(":") || line.startsWith("id: ")) {
        return;
      }
    }
    throw new AssertionError("The stream ended before a sign of life came");
  }

  /** The values of the {@code retry:} fields so far. */
  public List<String> retries() {
    return retries;
  }

  private String line() {
    try {
      return lines.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
