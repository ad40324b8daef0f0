package dev.standby.schema;

import java.net.URI;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** The resources of a text by their URIs, and its schemas by their JSON. */
final class Library {
  private final Map<URI, Resource> resources = new HashMap<>();
  private final IdentityHashMap<Object, Schema> schemas = new IdentityHashMap<>();

  Resource resource(URI uri) {
    return resources.get(uri);
  }

  void add(Resource resource) {
    resources.put(resource.base(), resource);
  }

  /** The schema with exactly that JSON, not an equal one; null if there is none. */
  Schema schema(Object json) {
    if (json instanceof Boolean flag) {
      return flag ? Schema.ALWAYS : Schema.NEVER;
    }
    return schemas.get(json);
  }

  void add(Schema schema) {
    schemas.put(schema.json(), schema);
  }

  /** How many schemas there are. */
  int size() {
    return schemas.size();
  }

  Iterable<Schema> schemas() {
    return schemas.values();
  }
}
