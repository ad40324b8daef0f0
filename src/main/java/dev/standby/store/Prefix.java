package dev.standby.store;

/** A prefix as a range of keys that are ordered by their bytes in UTF-8. */
final class Prefix {
  /** How much of a key the index holds. */
  private static final int INDEXED_CHARS = 400;

  private Prefix() {}

  /** What all keys with that prefix are below, of what the index holds; null when nothing is. */
  static String upperBound(String prefix) {
    int[] codePoints = prefix.codePoints().limit(INDEXED_CHARS).toArray();
    for (int last = codePoints.length - 1; last >= 0; last--) {
      if (codePoints[last] < Character.MAX_CODE_POINT) {
        codePoints[last] = successor(codePoints[last]);
        return new String(codePoints, 0, last + 1);
      }
    }
    return null;
  }

  /** The order of bytes in UTF-8 is the order of code points, and surrogates are none. */
  private static int successor(int codePoint) {
    return codePoint + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : codePoint + 1;
  }
}
