package dev.standby.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/** A node, by its URL: asks it one thing after the other. */
final class Node {
  private static final int CONNECT_MILLIS = 10_000;

  /** Streams have a sign of life every 15 seconds, unless the node is set otherwise. */
  private static final int SILENCE_MILLIS = 60_000;

  static {
    // Java would silently send a POST again whose answer it has not got.
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private final String url;
  private final String apiKey;
  private final SSLSocketFactory tls;

  /**
   * @param apiKey null for none
   * @param tls whose certificates are accepted; null for those that Java accepts
   */
  Node(String url, String apiKey, SSLSocketFactory tls) {
    this.url = url;
    this.apiKey = apiKey;
    this.tls = tls;
  }

  /** Whether it is told who asks, and so of which project. */
  boolean knowsWhoAsks() {
    return apiKey != null;
  }

  /**
   * Carries out a request.
   *
   * @return the answer, which is a success
   * @throws Refused if the node says no
   * @throws Unreachable if there is no answer
   */
  Answer ask(Request request) {
    try {
      HttpURLConnection connection = open(request, request.answerMillis());
      int status = status(connection);
      try (InputStream body = body(connection, status)) {
        Answer answer = answer(connection, status, body);
        if (status >= 200 && status < 300) {
          return answer;
        }
        throw Refused.of(answer);
      }
    } catch (IOException e) {
      throw new Unreachable(url, e);
    }
  }

  /**
   * Opens a stream of events.
   *
   * @return its frames, as they come
   * @throws Refused if the node says no, or has nothing to tell
   * @throws Unreachable if there is no answer
   */
  InputStream stream(Request request) {
    try {
      HttpURLConnection connection =
          open(request.header("Accept", "text/event-stream"), SILENCE_MILLIS);
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_OK) {
        return connection.getInputStream();
      }
      try (InputStream body = body(connection, status)) {
        throw Refused.of(answer(connection, status, body));
      }
    } catch (IOException e) {
      throw new Unreachable(url, e);
    }
  }

  /** What a stream's end is that did not come in order. */
  Unreachable lost(IOException cause) {
    return new Unreachable(url, cause);
  }

  private HttpURLConnection open(Request request, int answerMillis) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(url + request.target()).toURL().openConnection();
    if (tls != null && connection instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(tls);
    }
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(answerMillis);
    // Elsewhere the key is nobody's business.
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod(request.method());
    connection.setRequestProperty("User-Agent", "standby-cli");
    connection.setRequestProperty("Accept", "application/json");
    if (apiKey != null) {
      connection.setRequestProperty("Authorization", "Bearer " + apiKey);
    }
    request.headers().forEach(connection::setRequestProperty);
    connection.setDoOutput(request.body() != null);
    connection.connect();
    if (request.body() != null) {
      try (OutputStream out = connection.getOutputStream()) {
        out.write(request.body().getBytes(StandardCharsets.UTF_8));
      }
    }
    return connection;
  }

  private int status(HttpURLConnection connection) throws IOException {
    try {
      return connection.getResponseCode();
    } catch (SocketTimeoutException e) {
      throw Unreachable.silent(url, connection.getReadTimeout(), e);
    }
  }

  private static InputStream body(HttpURLConnection connection, int status) throws IOException {
    InputStream body = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
    return body == null ? InputStream.nullInputStream() : body;
  }

  private static Answer answer(HttpURLConnection connection, int status, InputStream body)
      throws IOException {
    return new Answer(
        status,
        new String(body.readAllBytes(), StandardCharsets.UTF_8),
        TimeUnit.SECONDS.toMillis(Math.max(0, connection.getHeaderFieldInt("Retry-After", 0))));
  }
}
