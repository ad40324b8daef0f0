package dev.standby.schema;

import java.net.URI;
import java.net.URISyntaxException;

/** References between schemas. Nothing is ever fetched from them. */
final class Uris {
  private Uris() {}

  /** What a reference means there. */
  static URI resolve(URI base, String reference, Place place) {
    try {
      URI uri = new URI(reference);
      if (uri.isAbsolute()) {
        return uri;
      }
      if (uri.getRawPath() == null || uri.getRawPath().isEmpty()) {
        // URI.resolve would drop the last part of the base, and knows nothing of urn:.
        String own = withoutFragment(base).toString();
        return new URI(
            (uri.getRawQuery() == null
                    ? own
                    : own.replaceFirst("\\?.*", "") + "?" + uri.getRawQuery())
                + (uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment()));
      }
      return base.resolve(uri);
    } catch (URISyntaxException e) {
      throw new Refusal(place, "is not a URI reference");
    }
  }

  static URI withoutFragment(URI uri) {
    String text = uri.toString();
    int hash = text.indexOf('#');
    return hash < 0 ? uri : URI.create(text.substring(0, hash));
  }
}
