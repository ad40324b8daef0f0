package dev.standby.cli;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/** There was no answer, or no end of one: what was asked for may have been carried out. */
final class Unreachable extends Trouble {
  Unreachable(String url, IOException cause) {
    super("No answer from " + url + ": " + reason(cause));
    initCause(cause);
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
