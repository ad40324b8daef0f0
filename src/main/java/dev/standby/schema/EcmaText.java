package dev.standby.schema;

import java.util.Map;
import java.util.PrimitiveIterator;

/** A regular expression of ECMA-262, read character by character and escape by escape. */
final class EcmaText {
  /** After the last character; also no number, and no bound. */
  static final int END = -1;

  /** As many repetitions as RE2 writes out. */
  static final int MAX_REPEAT = 1_000;

  private static final String SPACE =
      "\\x{9}-\\x{d} \\x{a0}\\x{1680}\\x{2000}-\\x{200a}"
          + "\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
  private static final String NO_SPACE =
      "\\x{0}-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}"
          + "\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}"
          + "\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}";

  /** General categories by their long names; RE2 knows the short ones. */
  private static final Map<String, String> CATEGORIES =
      Map.ofEntries(
          Map.entry("Letter", "L"),
          Map.entry("Uppercase_Letter", "Lu"),
          Map.entry("Lowercase_Letter", "Ll"),
          Map.entry("Titlecase_Letter", "Lt"),
          Map.entry("Modifier_Letter", "Lm"),
          Map.entry("Other_Letter", "Lo"),
          Map.entry("Mark", "M"),
          Map.entry("Nonspacing_Mark", "Mn"),
          Map.entry("Number", "N"),
          Map.entry("Decimal_Number", "Nd"),
          Map.entry("digit", "Nd"),
          Map.entry("Punctuation", "P"),
          Map.entry("punct", "P"),
          Map.entry("Dash_Punctuation", "Pd"),
          Map.entry("Symbol", "S"),
          Map.entry("Currency_Symbol", "Sc"),
          Map.entry("Separator", "Z"),
          Map.entry("Space_Separator", "Zs"),
          Map.entry("Control", "Cc"));

  private final int[] source;
  private final Budget budget;
  private int at;

  EcmaText(String pattern, Budget budget) {
    source = pattern.codePoints().toArray();
    this.budget = budget;
  }

  /** The next character, {@link #END} after the last. */
  int peek() {
    return at < source.length ? source[at] : END;
  }

  /** Whether {@code expected}, which is ASCII, comes next; it is passed then. */
  boolean take(String expected) {
    PrimitiveIterator.OfInt chars = expected.codePoints().iterator();
    for (int i = at; chars.hasNext(); i++) {
      if (i >= source.length || source[i] != chars.nextInt()) {
        return false;
      }
    }
    at += expected.length();
    return true;
  }

  /** The next character, which is there. */
  int next() {
    return source[at++];
  }

  /** Where it is, to come {@link #back} to. */
  int mark() {
    return at;
  }

  void back(int mark) {
    at = mark;
  }

  /** Whether the hyphen of a range comes next, within a class; it is passed then. */
  boolean takeRange() {
    boolean range = peek() == '-' && at + 1 < source.length && source[at + 1] != ']';
    at += range ? 1 : 0;
    return range;
  }

  /** A number, cut down to just above the most repetitions; {@link #END} if there is none. */
  int digits() {
    int value = END;
    while (peek() >= '0' && peek() <= '9') {
      value = Math.min(MAX_REPEAT + 1, Math.max(0, value) * 10 + source[at++] - '0');
    }
    return value;
  }

  /** The set that the escape after a backslash stands for; null if it is none. */
  String set() {
    if (take("s")) {
      return SPACE;
    } else if (take("S")) {
      return NO_SPACE;
    } else if (take("p{") || take("P{")) {
      return property(source[at - 2] == 'P');
    } else if (take("d") || take("D") || take("w") || take("W")) {
      return "\\" + (char) source[at - 1];
    }
    return null;
  }

  private String property(boolean negated) {
    // Their tables have hundreds of ranges.
    budget.spend(5_000);
    StringBuilder name = new StringBuilder();
    while (peek() != '}') {
      if (peek() == END) {
        throw new IllegalArgumentException("it has a property without an end");
      }
      name.appendCodePoint(source[at++]);
    }
    at++;
    String value = name.toString().replaceFirst("^(?:General_Category|gc|Script|sc)=", "");
    if (value.equals("ASCII")) {
      return negated ? "\\x{80}-\\x{10ffff}" : "\\x{0}-\\x{7f}";
    } else if (value.equals("Any") && !negated) {
      return "\\x{0}-\\x{10ffff}";
    } else if (!value.matches("[A-Za-z_]+")) {
      throw new IllegalArgumentException("it has an unknown property " + Json.shown(value));
    }
    return (negated ? "\\P{" : "\\p{") + CATEGORIES.getOrDefault(value, value) + "}";
  }

  /** The character that the escape after a backslash stands for. */
  int escaped() {
    int c = peek();
    at++;
    return switch (c) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'v' -> 0x0b;
      case 'f' -> '\f';
      case 'r' -> '\r';
      case '0' -> {
        if (peek() >= '0' && peek() <= '9') {
          throw new IllegalArgumentException("it has an octal escape");
        }
        yield 0;
      }
      case 'c' -> {
        int letter = peek();
        if ((letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z')) {
          at++;
          yield letter % 32;
        }
        throw new IllegalArgumentException("it has '\\c' without a letter");
      }
      case 'x' -> hex(2);
      case 'u' -> unicode();
      case END -> throw new IllegalArgumentException("it ends with a backslash");
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw new IllegalArgumentException(
              (c >= '1' && c <= '9') || c == 'k'
                  ? "it refers back to a group, which can't be done here"
                  : "it has an unknown escape " + Json.shown("\\" + Character.toString(c)));
        }
        yield c;
      }
    };
  }

  private int unicode() {
    if (take("{")) {
      int c = 0;
      do {
        c = c * 16 + hex(1);
        if (c > Character.MAX_CODE_POINT) {
          throw new IllegalArgumentException("it has an escape beyond Unicode");
        }
      } while (!take("}"));
      return c;
    }
    int high = hex(4);
    if (Character.isSurrogate((char) high) && take("\\u")) {
      int low = hex(4);
      if (Character.isSurrogatePair((char) high, (char) low)) {
        return Character.toCodePoint((char) high, (char) low);
      }
    }
    return high;
  }

  private int hex(int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int digit = Character.digit(peek() == END ? ' ' : peek(), 16);
      if (digit < 0) {
        throw new IllegalArgumentException("it has an escape with too few hexadecimal digits");
      }
      value = value * 16 + digit;
      at++;
    }
    return value;
  }
}
