package dev.standby.tracing;

import io.vertx.core.spi.tracing.TagExtractor;

/**
 * Of what Vert.x says of a request that comes in only its method: there are keys and secrets in
 * paths, and {@link Step#nameRequest} says the route.
 */
final class Tags<R> implements TagExtractor<R> {
  private static final String METHOD = "http.request.method";
  private final TagExtractor<R> tags;

  Tags(TagExtractor<R> tags) {
    this.tags = tags;
  }

  @Override
  public int len(R request) {
    return 1;
  }

  @Override
  public String name(R request, int index) {
    return METHOD;
  }

  @Override
  public String value(R request, int index) {
    for (int i = 0; i < tags.len(request); i++) {
      if (tags.name(request, i).equals(METHOD)) {
        return tags.value(request, i);
      }
    }
    return "";
  }
}
