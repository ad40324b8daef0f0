package dev.standby.trigger;

/** What has payloads, which may be long, and are what counts when there is much of it. */
public interface Sized {
  /** How long they are together, in characters; a schema counts as one. */
  int chars();

  /** How long a text is, in characters; 0 for none. */
  static int chars(String text) {
    return text == null ? 0 : text.length();
  }
}
