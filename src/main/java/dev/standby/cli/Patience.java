package dev.standby.cli;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/**
 * How long a node may be out of reach, restarting or busy, before a command that waits gives up,
 * and when it tries again meanwhile.
 */
final class Patience {
  private static final long FIRST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 5_000;

  @Option(
      names = "--retry-secs",
      paramLabel = "SECS",
      defaultValue = "300",
      description =
          "How long the node may be out of reach, or too busy, before this gives up; in seconds,"
              + " ${DEFAULT-VALUE} when not given.")
  private long retrySecs;

  /** When it was noticed that the node is out of reach; 0 while it isn't. */
  private long sinceNanos;

  private long pauseMillis = FIRST_MILLIS;

  /** The node has answered. */
  void reached() {
    sinceNanos = 0;
    pauseMillis = FIRST_MILLIS;
  }

  /**
   * Asks until there is an answer.
   *
   * @throws Trouble if that is not to be expected any more
   */
  <T> T ask(Supplier<T> question, Terminal terminal) {
    while (true) {
      try {
        T answer = question.get();
        reached();
        return answer;
      } catch (Refused e) {
        if (!e.passing()) {
          throw e;
        }
        await(e, e.retryAfterMillis(), terminal);
      } catch (Unreachable e) {
        await(e, 0, terminal);
      }
    }
  }

  /** Returns when it is time to try again; or throws the trouble if it has been there too long. */
  private void await(Trouble trouble, long atLeastMillis, Terminal terminal) {
    long now = System.nanoTime();
    if (sinceNanos == 0) {
      sinceNanos = now;
      if (retrySecs > 0) {
        terminal.complain(trouble.getMessage() + "; trying again for " + retrySecs + " s");
      }
    }
    long leftMillis =
        TimeUnit.SECONDS.toMillis(retrySecs) - TimeUnit.NANOSECONDS.toMillis(now - sinceNanos);
    if (leftMillis <= 0) {
      throw trouble;
    }
    // By chance, so that not all clients of a node come back in one moment.
    long pause = ThreadLocalRandom.current().nextLong(pauseMillis / 2, pauseMillis + 1);
    sleep(Math.min(leftMillis, Math.max(pause, atLeastMillis)));
    pauseMillis = Math.min(LONGEST_MILLIS, 2 * pauseMillis);
  }

  /** Waits a moment, as after a stream that has ended in order. */
  void breathe() {
    sleep(FIRST_MILLIS);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Trouble("Interrupted");
    }
  }
}
