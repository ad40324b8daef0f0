package dev.standby.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Timer;
import java.util.TimerTask;

/** Shows how long a wait takes still, to whoever watches; by this machine's clock, to look at. */
final class Countdown implements AutoCloseable {
  private static final long TICK_MILLIS = 1000;

  private final Terminal terminal;
  private final String what;
  private final Timer clock = new Timer("countdown", true);
  private final Thread atExit;
  private volatile Instant deadline;

  private Countdown(Terminal terminal, String what) {
    this.terminal = terminal;
    this.what = Harmless.text(what);
    // Ctrl-C: the prompt comes on a line of its own.
    this.atExit = new Thread(() -> terminal.status(""));
  }

  /** Begins to show the time left; nothing where nobody watches. */
  static Countdown show(Terminal terminal, String eventKey) {
    Countdown countdown = new Countdown(terminal, eventKey);
    if (terminal.watched()) {
      Runtime.getRuntime().addShutdownHook(countdown.atExit);
      countdown.clock.scheduleAtFixedRate(
          new TimerTask() {
            @Override
            public void run() {
              countdown.tick();
            }
          },
          0,
          TICK_MILLIS);
    }
    return countdown;
  }

  /** When the wait ends at the latest. */
  void until(Instant end) {
    deadline = end;
  }

  private void tick() {
    Instant end = deadline;
    if (end != null) {
      terminal.status(
          "Waiting for "
              + what
              + ", "
              + Times.left(Duration.between(Instant.now(), end))
              + " left");
    }
  }

  @Override
  public void close() {
    clock.cancel();
    terminal.status("");
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // Too late, and no harm.
      deadline = null;
    }
  }
}
