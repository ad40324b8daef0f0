package dev.standby.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A request, as it is being put together. */
final class Request {
  private final String method;
  private final StringBuilder target;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private String body;
  private int answerMillis = (int) TimeUnit.SECONDS.toMillis(60);

  private Request(String method, String path) {
    this.method = method;
    this.target = new StringBuilder(path);
  }

  static Request get(String path) {
    return new Request("GET", path);
  }

  static Request post(String path, String json) {
    Request request = new Request("POST", path).header("Content-Type", "application/json");
    request.body = json;
    return request;
  }

  static Request delete(String path) {
    return new Request("DELETE", path);
  }

  /** The path of a key. */
  static String path(String eventKey) {
    return "/v1/events/" + encode(eventKey);
  }

  /** Percent-encoded, as one segment of a path or a value in a query. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Adds a parameter to the query; nothing for null. */
  Request query(String name, Object value) {
    if (value != null) {
      target.append(target.indexOf("?") < 0 ? '?' : '&');
      target.append(name).append('=').append(encode(value.toString()));
    }
    return this;
  }

  /** Adds a header; nothing for null. */
  Request header(String name, String value) {
    if (value != null) {
      headers.put(name, value);
    }
    return this;
  }

  /** The answer may take so many seconds, in place of a minute. */
  Request within(int secs) {
    answerMillis = Math.toIntExact(TimeUnit.SECONDS.toMillis(secs));
    return this;
  }

  String method() {
    return method;
  }

  /** Path and query. */
  String target() {
    return target.toString();
  }

  Map<String, String> headers() {
    return headers;
  }

  /** The JSON; null for none. */
  String body() {
    return body;
  }

  /** For how long nothing may be heard before it is given up. */
  int answerMillis() {
    return answerMillis;
  }
}
