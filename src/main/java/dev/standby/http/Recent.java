package dev.standby.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of so many entries; of more, the one that was used longest ago goes. */
final class Recent<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int max;

  Recent(int max) {
    super(16, 0.75f, true);
    this.max = max;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > max;
  }
}
