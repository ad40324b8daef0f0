package dev.standby.cli;

/** What a script learns of how a command has ended; 0, 1 and 2 are picocli's. */
final class ExitCodes {
  /** The wait has timed out. */
  static final int TIMED_OUT = 3;

  /** The wait was canceled. */
  static final int CANCELED = 4;

  /** Nobody reads the output any more; as of a program that SIGPIPE ends. */
  static final int BROKEN_PIPE = 141;

  private ExitCodes() {}
}
