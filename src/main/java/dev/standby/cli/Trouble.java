package dev.standby.cli;

/** Why a command can't go on, in words for its user. */
public class Trouble extends RuntimeException {
  /** In a sentence that says what is wrong. */
  public Trouble(String message) {
    super(message);
  }
}
