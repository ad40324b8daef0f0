package dev.standby.store;

/**
 * Where a reader of a feed is, which is the id of what it was told last. Any node can go on from
 * there, as it needs nothing but the log.
 *
 * @param after all that was over in it has been told
 * @param upto of what was over in this one, it has been told a part; null at the end of a piece
 * @param place the last change of that part: its row's
 * @param n and which one of the row it is, from 1
 */
record FeedPlace(Snapshot after, Snapshot upto, long place, long n) {
  private static final int RADIX = Character.MAX_RADIX;

  /** The end of a piece. */
  static FeedPlace at(Snapshot snapshot) {
    return new FeedPlace(snapshot, null, 0, 0);
  }

  /** Reads an id; null if it is none of that log. */
  static FeedPlace parse(String log, String id) {
    String[] parts = id.split("\\.", -1);
    if (!parts[0].equals(log) || (parts.length != 2 && parts.length != 5)) {
      return null;
    }
    Snapshot after = Snapshot.parse(parts[1]);
    if (after == null || parts.length == 2) {
      return after == null ? null : at(after);
    }
    Snapshot upto = Snapshot.parse(parts[2]);
    try {
      return upto == null
          ? null
          : new FeedPlace(
              after, upto, Long.parseLong(parts[3], RADIX), Long.parseLong(parts[4], RADIX));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The id of it in that log. */
  String id(String log) {
    String end = log + "." + after;
    return upto == null
        ? end
        : end + "." + upto + "." + Long.toString(place, RADIX) + "." + Long.toString(n, RADIX);
  }
}
