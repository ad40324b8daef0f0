package dev.standby.schema;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * What has a URI of its own: a whole schema, or a part of it with an {@code $id}.
 *
 * @param root its JSON
 * @param anchors its parts that have a name
 * @param dynamicAnchors those that a {@code $dynamicRef} from elsewhere may lead to
 */
record Resource(
    URI base, Object root, Map<String, Object> anchors, Map<String, Schema> dynamicAnchors) {
  Resource(URI base, Object root) {
    this(base, root, new HashMap<>(), new HashMap<>());
  }
}
