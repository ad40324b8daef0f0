package dev.standby.cli;

/** Shows how far something has come, to whoever watches. */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 40;

  private final Terminal terminal;
  private final boolean watched;
  private final long total;

  ProgressBar(Terminal terminal, long total) {
    this.terminal = terminal;
    this.watched = terminal.watched();
    this.total = total;
    at(0);
  }

  /** So much of it is done. */
  void at(long done) {
    if (watched) {
      // More may have come since it was counted.
      int filled = (int) Math.min(WIDTH, WIDTH * done / total);
      terminal.status(
          "[%s%s] %3d %%  %d of %d"
              .formatted(
                  "#".repeat(filled),
                  ".".repeat(WIDTH - filled),
                  Math.min(100, 100 * done / total),
                  done,
                  total));
    }
  }

  @Override
  public void close() {
    terminal.status("");
  }
}
