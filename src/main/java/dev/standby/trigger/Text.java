package dev.standby.trigger;

/** Checks of the texts that clients choose. A character is a Unicode code point throughout. */
final class Text {
  private static final int MAX_SHOWN_CHARS = 60;

  private Text() {}

  /** {@code value} if it has 1 to {@code maxChars} characters and no control character. */
  static String checked(String field, String value, int maxChars) {
    if (value == null) {
      throw Rejection.badRequest("'" + field + "' is required");
    }
    if (value.isEmpty()) {
      throw Rejection.badRequest("'" + field + "' must not be empty");
    }
    if (value.length() > maxChars && value.codePointCount(0, value.length()) > maxChars) {
      throw Rejection.badRequest("'" + field + "' must have at most " + maxChars + " characters");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 0x20 || c == 0x7f) {
        throw Rejection.badRequest(
            String.format(
                "'%s' must not contain control characters (found U+%04X)", field, (int) c));
      }
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == value.length()
            || !Character.isLowSurrogate(value.charAt(i + 1))) {
          throw Rejection.badRequest("'" + field + "' must not contain a lone surrogate");
        }
        i++;
      }
    }
    return value;
  }

  /** A value that is refused, as far as it is worth showing. */
  static String shown(String value) {
    return value.codePointCount(0, value.length()) <= MAX_SHOWN_CHARS
        ? value
        : value.substring(0, value.offsetByCodePoints(0, MAX_SHOWN_CHARS)) + "…";
  }

  /** As {@link #checked}, and null stays null. */
  static String checkedIfPresent(String field, String value, int maxChars) {
    return value == null ? null : checked(field, value, maxChars);
  }
}
