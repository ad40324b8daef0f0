package dev.standby.store;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which of PostgreSQL's transactions are over: all before {@code end} but those that are open.
 *
 * @param end the first that has not begun, or is not over
 * @param open ascending, each before {@code end}
 */
record Snapshot(long end, List<Long> open) {
  /** The most that the database shows us of them ({@code event_feed_short}). */
  private static final int MAX_OPEN = 200;

  private static final int RADIX = Character.MAX_RADIX;

  /** PostgreSQL has no transactions before this one. */
  private static final long FIRST = 3;

  /** Reads what PostgreSQL writes: {@code xmin:xmax:xip,xip}. */
  static Snapshot ofSql(String text) {
    String[] parts = text.split(":", -1);
    List<Long> open =
        parts[2].isEmpty()
            ? List.of()
            : Arrays.stream(parts[2].split(",", -1)).map(Long::valueOf).toList();
    return new Snapshot(Long.parseLong(parts[1]), open);
  }

  /** As PostgreSQL reads it. */
  String sql() {
    return (open.isEmpty() ? end : open.get(0))
        + ":"
        + end
        + ":"
        + open.stream().map(String::valueOf).collect(joining(","));
  }

  /** Reads what {@link #toString} writes; null for anything else. */
  static Snapshot parse(String text) {
    String[] parts = text.split("-", -1);
    if (parts.length > MAX_OPEN + 1) {
      return null;
    }
    try {
      long end = Long.parseLong(parts[0], RADIX);
      List<Long> open = new ArrayList<>();
      long least = FIRST;
      for (String distance : Arrays.asList(parts).subList(1, parts.length)) {
        long xid = end - Long.parseLong(distance, RADIX);
        if (xid < least || xid >= end) {
          return null;
        }
        open.add(xid);
        least = xid + 1;
      }
      return end < FIRST ? null : new Snapshot(end, open);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** A short word: the end, and how far before it the open ones are. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(Long.toString(end, RADIX));
    open.forEach(xid -> text.append('-').append(Long.toString(end - xid, RADIX)));
    return text.toString();
  }
}
