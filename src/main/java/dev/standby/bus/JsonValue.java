package dev.standby.bus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.standby.trigger.Rejection;
import java.io.IOException;

/**
 * A payload on its way from a request to the row: the text of one JSON value, compact, and checked
 * for what PostgreSQL could not store (contract, section "Errors").
 */
final class JsonValue {
  /** The deepest nesting of a payload: within the default limits of common JSON parsers. */
  public static final int MAX_DEPTH = 500;

  /** PostgreSQL's numeric: digits before and after the decimal point. */
  private static final int MAX_DIGITS_BEFORE_POINT = 131_072;

  private static final int MAX_DIGITS_AFTER_POINT = 16_383;

  /** An exponent of more digits than this is out of range whatever the mantissa. */
  private static final int MAX_EXPONENT_CHARS = 8;

  private JsonValue() {}

  /** The compact text of the value that the parser stands on; it stands on its last token after. */
  static String capture(JsonParser parser, String text, String name, int maxDepth)
      throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    int depth = 0;
    JsonToken token = parser.currentToken();
    while (true) {
      if (token.isStructStart()) {
        if (++depth > maxDepth) {
          throw Rejection.badRequest("'" + name + "' is nested deeper than " + maxDepth);
        }
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token.isNumeric()) {
        checkNumber(parser.getText(), name);
      } else {
        parser.finishToken();
      }
      if (depth == 0) {
        break;
      }
      token = parser.nextToken();
    }
    int end = (int) parser.currentLocation().getCharOffset();
    return compact(text, start, end, name);
  }

  /**
   * Valid JSON without the white space between its tokens; refuses strings that can't be stored.
   */
  private static String compact(String text, int start, int end, String name) {
    StringBuilder out = null;
    boolean inString = false;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (inString && c == '\\') {
        int length = text.charAt(i + 1) == 'u' ? checkEscape(text, i, name) : 2;
        if (out != null) {
          out.append(text, i, i + length);
        }
        i += length - 1;
        continue;
      }
      if (c == '"') {
        inString = !inString;
      } else if (c <= ' ' && !inString) {
        if (out == null) {
          out = new StringBuilder(end - start).append(text, start, i);
        }
        continue;
      }
      if (out != null) {
        out.append(c);
      }
    }
    return out == null ? text.substring(start, end) : out.toString();
  }

  /** Checks one escaped character at {@code i} and returns how many characters spell it. */
  private static int checkEscape(String text, int i, String name) {
    char c = (char) Integer.parseInt(text, i + 2, i + 6, 16);
    if (c == 0) {
      throw Rejection.badRequest("'" + name + "' must not contain \\u0000");
    }
    if (!Character.isSurrogate(c)) {
      return 6;
    }
    boolean pair =
        Character.isHighSurrogate(c)
            && text.startsWith("\\u", i + 6)
            && Character.isLowSurrogate((char) Integer.parseInt(text, i + 8, i + 12, 16));
    if (!pair) {
      throw Rejection.badRequest("'" + name + "' must not contain a lone surrogate");
    }
    return 12;
  }

  static void checkNumber(String number, String name) {
    int exponentAt = Math.max(number.indexOf('e'), number.indexOf('E'));
    String mantissa = exponentAt < 0 ? number : number.substring(0, exponentAt);
    String exponentText =
        exponentAt < 0
            ? "0"
            : number.substring(exponentAt + 1).replaceFirst("(?<=^[+-]?)0+(?=.)", "");
    if (exponentText.length() <= MAX_EXPONENT_CHARS) {
      int exponent = Integer.parseInt(exponentText);
      int point = mantissa.indexOf('.');
      int after = point < 0 ? 0 : mantissa.length() - point - 1;
      if (digitsBeforePoint(mantissa, point < 0 ? mantissa.length() : point, exponent)
              <= MAX_DIGITS_BEFORE_POINT
          && after - exponent <= MAX_DIGITS_AFTER_POINT) {
        return;
      }
    }
    throw Rejection.badRequest("'" + name + "' has a number out of range");
  }

  /**
   * How many digits from the first that is not zero to the point, once the exponent has moved it.
   */
  private static int digitsBeforePoint(String mantissa, int point, int exponent) {
    for (int i = 0; i < mantissa.length(); i++) {
      char c = mantissa.charAt(i);
      if (c >= '1' && c <= '9') {
        return (i < point ? point - i : point - i + 1) + exponent;
      }
    }
    return 0;
  }
}
