package dev.standby.cli;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;

/** There was no answer, or no end of one: what was asked for may have been carried out. */
final class Unreachable extends Trouble {
  Unreachable(String url, IOException cause) {
    this(url, reason(cause), cause);
  }

  private Unreachable(String url, String reason, IOException cause) {
    super("No answer from " + url + ": " + reason);
    initCause(cause);
  }

  /** A node that took the request, and then said nothing for so long. */
  static Unreachable silent(String url, int millis, IOException cause) {
    return new Unreachable(
        url,
        "nothing for "
            + TimeUnit.MILLISECONDS.toSeconds(millis)
            + " s; what was asked for may have been done, or still be going on",
        cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof UnknownHostException) {
      return "unknown host";
    }
    if (cause instanceof SocketTimeoutException) {
      return "it took too long";
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
