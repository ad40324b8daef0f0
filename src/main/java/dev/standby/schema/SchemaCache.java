package dev.standby.schema;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The schemas that were used last, by their texts; bounded in what they hold. */
final class SchemaCache {
  private static final int MAX_SCHEMAS = 1_000;
  private static final long MAX_WEIGHT = 32L * 1024 * 1024;

  private final Map<String, PayloadSchema> schemas = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  /** That schema, made now if it isn't here; nobody else waits meanwhile. */
  PayloadSchema get(String text, Function<String, PayloadSchema> maker) {
    synchronized (schemas) {
      PayloadSchema known = schemas.get(text);
      if (known != null) {
        return known;
      }
    }
    PayloadSchema made = maker.apply(text);
    synchronized (schemas) {
      PayloadSchema known = schemas.putIfAbsent(text, made);
      if (known != null) {
        return known;
      }
      weight += made.weight();
      trim();
    }
    return made;
  }

  private void trim() {
    Iterator<PayloadSchema> oldest = schemas.values().iterator();
    while (schemas.size() > MAX_SCHEMAS || weight > MAX_WEIGHT) {
      weight -= oldest.next().weight();
      oldest.remove();
    }
  }

  int size() {
    synchronized (schemas) {
      return schemas.size();
    }
  }
}
