package dev.standby.store;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * A page of rows that are sorted by an instant, newest first, and read one more than it holds, and
 * those that share the instant of the last.
 *
 * @param hasMore whether older ones are left
 */
record Page<T>(List<T> rows, boolean hasMore) {
  /** A page ends with the instant with which it has more bytes of payloads than this. */
  static final long MAX_BYTES = 8 * 1024 * 1024;

  /**
   * Cuts a page after its size, or after the last row that shares the instant of that one.
   *
   * @param instant of a row
   * @param anyBefore whether there is a row before that instant
   */
  static <T> Future<Page<T>> cut(
      List<T> rows,
      int limit,
      Function<T, Instant> instant,
      Function<Instant, Future<Boolean>> anyBefore) {
    return cut(rows, 0, limit, instant, anyBefore);
  }

  /**
   * As {@link #cut(List, int, Function, Function)}.
   *
   * @param bytes how long the payloads of the rows are; past {@link #MAX_BYTES} there may be more
   *     of them
   */
  static <T> Future<Page<T>> cut(
      List<T> rows,
      long bytes,
      int limit,
      Function<T, Instant> instant,
      Function<Instant, Future<Boolean>> anyBefore) {
    int end = Math.min(limit, rows.size());
    while (end < rows.size()
        && instant.apply(rows.get(end)).equals(instant.apply(rows.get(end - 1)))) {
      end++;
    }
    List<T> page = rows.subList(0, end);
    if (end < rows.size() || (end <= limit && bytes <= MAX_BYTES)) {
      return Future.succeededFuture(new Page<>(page, end < rows.size()));
    }
    // The page has grown to the last row that was read, and only another look tells what is behind.
    return anyBefore.apply(instant.apply(page.get(end - 1))).map(more -> new Page<>(page, more));
  }
}
