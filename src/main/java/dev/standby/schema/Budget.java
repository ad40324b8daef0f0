package dev.standby.schema;

/** How much work may still be done, in units of about ten nanoseconds. */
final class Budget {
  /** About a quarter of a second. */
  static final long FULL = 25_000_000;

  /** About five milliseconds: what nearly every schema and payload need less than. */
  static final long SMALL = 500_000;

  private long left;

  Budget(long units) {
    left = units;
  }

  /** Pays for work that is about to be done. */
  void spend(long units) {
    left -= units;
    if (left < 0) {
      throw new Overrun();
    }
  }

  /** More work would be needed than may be done. */
  static final class Overrun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Overrun() {
      super("The budget is spent", null, false, false);
    }
  }
}
