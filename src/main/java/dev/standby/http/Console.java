package dev.standby.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The console: a page at {@code /} and the files that it loads, all of them from this node. It does
 * what it does by the public API, as anybody could.
 */
final class Console {
  private static final String FILES = "/console/";

  /** Nothing inline, nothing from elsewhere, and no text that becomes markup past lit-html. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; require-trusted-types-for 'script';"
          + " trusted-types lit-html";

  /** Shared by the verticles of a node. */
  private static final Map<String, Content> CONTENT = load();

  private static final Content PAGE = CONTENT.get("index.html");

  private Console() {}

  private record Content(Buffer body, String type, String tag) {}

  /** Whether a request is for one of the files that the page loads. */
  static boolean isFile(HttpServerRequest request) {
    return request.path().startsWith(FILES)
        && request.method().equals(HttpMethod.GET)
        && CONTENT.containsKey(request.path().substring(FILES.length()));
  }

  /** Answers with one of the files. */
  static void file(HttpServerRequest request) {
    answer(request, request.response(), CONTENT.get(request.path().substring(FILES.length())));
  }

  /** Answers with the page. */
  static void page(Call call) {
    answer(call.request(), SecurityHeaders.ofPage(call.response(), POLICY), PAGE);
  }

  /** Browsers may keep it, and ask each time whether it is the same still. */
  private static void answer(
      HttpServerRequest request, HttpServerResponse response, Content content) {
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader(HttpHeaders.ETAG, content.tag());
    if (content.tag().equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatusCode(304).end();
    } else {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, content.type() + "; charset=utf-8")
          .end(content.body());
    }
  }

  /** All that {@code files.properties} names. */
  private static Map<String, Content> load() {
    Properties names = new Properties();
    try (InputStream in = Console.class.getResourceAsStream(FILES + "files.properties")) {
      names.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Content> content = new TreeMap<>();
    for (String name : names.stringPropertyNames()) {
      content.put(name, content(name, names.getProperty(name)));
    }
    return content;
  }

  private static Content content(String name, String resource) {
    try (InputStream in = Console.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new IllegalStateException("There is no " + resource + ", the console's " + name);
      }
      byte[] bytes = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      String tag = '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
      return new Content(Buffer.buffer(bytes), type(name), tag);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> Media.HTML;
      case "js" -> "text/javascript";
      case "css" -> "text/css";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalStateException("What type is " + name + "?");
    };
  }
}
