package dev.standby.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.StaticHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The OpenAPI document, and the page that shows it: everything from this node, nothing from
 * elsewhere.
 */
final class Docs {
  /** What the paths of the files begin with that the page loads. */
  private static final String FILES = "/docs/";

  /** Where the page's package has them, under its version. */
  private static final String WEBJAR = "META-INF/resources/webjars/swagger-ui";

  private static final String POLICY =
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'";

  private final Buffer openApi = resource("/openapi.yaml");
  private final Buffer page = resource("/docs/index.html");
  private final Buffer script = resource("/docs/docs.js");
  private final Router files;

  /** {@code otherwise} gets what is none of the page's files. */
  Docs(Vertx vertx, Handler<HttpServerRequest> otherwise) {
    files = Router.router(vertx);
    files
        .get(FILES + "docs.js")
        .handler(
            context ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/javascript; charset=utf-8")
                    .end(script));
    files.get(FILES + "*").handler(StaticHandler.create(WEBJAR).setIndexPage("none"));
    // A reader that goes away in the middle of a file is no failure of ours.
    files.route().failureHandler(context -> context.request().connection().close());
    files
        .route()
        .handler(
            context -> {
              SecurityHeaders.ofData(context.response());
              otherwise.handle(context.request());
            });
  }

  /** Whether that path is under the page's. */
  static boolean isFile(String path) {
    return path.startsWith(FILES);
  }

  /** Answers with one of the page's files. */
  void file(HttpServerRequest request) {
    files.handle(request);
  }

  /** Answers with the OpenAPI document. */
  void openApi(Call call) {
    answer(call.response(), Media.YAML, openApi);
  }

  /** Answers with the page. */
  void page(Call call) {
    answer(SecurityHeaders.ofPage(call.response(), POLICY), Media.HTML, page);
  }

  private static void answer(HttpServerResponse response, String type, Buffer body) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, type + "; charset=utf-8").end(body);
  }

  private static Buffer resource(String path) {
    try (InputStream in = Docs.class.getResourceAsStream(path)) {
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
