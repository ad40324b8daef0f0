package dev.standby.cli;

import picocli.CommandLine.Option;

/** A request that may be told to be carried out once. */
final class Repeatable {
  @Option(
      names = "--idempotency-key",
      paramLabel = "TEXT",
      description =
          "Best a random UUID: within 24 hours, repeating the command with the same one does"
              + " nothing more, and gives the first answer again.")
  private String key;

  /** What was given; null for none. */
  String key() {
    return key;
  }

  /** Has the request carried out once, if that was asked for. */
  Request once(Request request) {
    return request.header("Idempotency-Key", key);
  }
}
