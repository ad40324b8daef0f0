package dev.standby.cli;

/**
 * Text of strangers as it may be shown on a terminal: what would move the cursor, change colours or
 * turn the direction of writing is spelled out.
 */
final class Harmless {
  private Harmless() {}

  /** For people. */
  static String text(String text) {
    return spelled(text, true);
  }

  /** JSON that is the same value: whatever is spelled out stands in a string. */
  static String json(String json) {
    return spelled(json, false);
  }

  private static String spelled(String text, boolean lines) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (harmful(c, lines) || loneSurrogate(text, i)) {
        if (out == null) {
          out = new StringBuilder(text.length() + 16).append(text, 0, i);
        }
        out.append("\\u%04x".formatted((int) c));
      } else if (out != null) {
        out.append(c);
      }
    }
    return out == null ? text : out.toString();
  }

  private static boolean harmful(char c, boolean lines) {
    if (c >= ' ' && c < 0x7f) {
      return false;
    }
    if (!lines && (c == '\n' || c == '\r' || c == '\t')) {
      // White space between the values.
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private static boolean loneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
