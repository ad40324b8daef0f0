package dev.standby.schema;

import java.util.Map;
import java.util.PrimitiveIterator;

/**
 * Rewrites a regular expression of ECMA-262 (with its {@code u} flag, which JSON Schema asks for)
 * as RE2 has it, and counts how large its program will be before anything is built. Beyond what the
 * flag allows, punctuation may be escaped needlessly and a brace stand for itself, as many do.
 */
final class Ecma {
  /** A program of more instructions than this costs too much for each character. */
  static final int MAX_SIZE = 5_000;

  private static final int MAX_GROUPS_DEEP = 50;
  private static final int MAX_REPEAT = 1_000;
  private static final int END = -1;
  private static final int MAX_CODE_POINT = Character.MAX_CODE_POINT;

  private static final String SPACE =
      "\\x{9}-\\x{d} \\x{a0}\\x{1680}\\x{2000}-\\x{200a}"
          + "\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
  private static final String NO_SPACE =
      "\\x{0}-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}"
          + "\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}"
          + "\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}";
  private static final String NOT_LINE_END = "[^\\n\\r\\x{2028}\\x{2029}]";
  private static final String NOTHING = "[^\\x{0}-\\x{10ffff}]";
  private static final String ANYTHING = "[\\x{0}-\\x{10ffff}]";

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
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int depth;

  private Ecma(int[] source, Budget budget) {
    this.source = source;
    this.budget = budget;
  }

  /**
   * That expression for RE2.
   *
   * @throws IllegalArgumentException saying what can't be done
   */
  static String translate(String pattern, Budget budget) {
    Ecma ecma = new Ecma(pattern.codePoints().toArray(), budget);
    ecma.alternatives();
    if (ecma.at < ecma.source.length) {
      throw new IllegalArgumentException("it has a ')' too many");
    }
    return ecma.out.toString();
  }

  private int peek() {
    return at < source.length ? source[at] : END;
  }

  private boolean take(String expected) {
    PrimitiveIterator.OfInt chars = expected.codePoints().iterator();
    for (int i = at; chars.hasNext(); i++) {
      if (i >= source.length || source[i] != chars.nextInt()) {
        return false;
      }
    }
    at += expected.length();
    return true;
  }

  /** Each of these returns how many instructions it makes of what it reads. */
  private int alternatives() {
    int size = 1;
    while (true) {
      size = limited((long) size + 1);
      if (peek() == END || peek() == ')') {
        return size;
      }
      if (take("|")) {
        out.append('|');
      } else {
        size = limited((long) size + term());
      }
    }
  }

  private int limited(long size) {
    if (size > MAX_SIZE) {
      throw new IllegalArgumentException("it is too large, with its repetitions written out");
    }
    budget.spend(50);
    return (int) size;
  }

  private int term() {
    int start = out.length();
    int size = atom();
    int[] repeat = repetition();
    if (repeat == null) {
      return size;
    }
    out.insert(start, "(?:").append(')');
    if (repeat[0] > MAX_REPEAT || repeat[1] > MAX_REPEAT) {
      throw new IllegalArgumentException("it repeats more than " + MAX_REPEAT + " times");
    }
    if (repeat[1] != END && repeat[1] < repeat[0]) {
      throw new IllegalArgumentException("it has a repetition whose end is before its start");
    }
    out.append('{').append(repeat[0]);
    if (repeat[1] != repeat[0]) {
      out.append(',').append(repeat[1] == END ? "" : repeat[1]);
    }
    out.append('}');
    if (take("?")) {
      out.append('?');
    }
    if (repetition() != null) {
      throw new IllegalArgumentException("it has a repetition with nothing to repeat");
    }
    return limited((size + 1L) * Math.max(1, Math.max(repeat[0] + 1, repeat[1])));
  }

  /** The bounds of a repetition, {@link #END} for none above; null if there is none here. */
  private int[] repetition() {
    if (take("*")) {
      return new int[] {0, END};
    } else if (take("+")) {
      return new int[] {1, END};
    } else if (take("?")) {
      return new int[] {0, 1};
    } else if (peek() != '{') {
      return null;
    }
    int brace = at++;
    int from = digits();
    int to = from;
    if (from != END && take(",")) {
      to = digits();
    }
    if (from == END || !take("}")) {
      at = brace;
      return null;
    }
    return new int[] {from, to};
  }

  private int digits() {
    int value = END;
    while (peek() >= '0' && peek() <= '9') {
      value = Math.min(MAX_REPEAT + 1, Math.max(0, value) * 10 + source[at++] - '0');
    }
    return value;
  }

  private int atom() {
    int c = source[at++];
    switch (c) {
      case '(' -> {
        return group();
      }
      case '[' -> characterClass();
      case '.' -> out.append(NOT_LINE_END);
      case '^' -> out.append("\\A");
      case '$' -> out.append("\\z");
      case '*', '+', '?' ->
          throw new IllegalArgumentException("it has a repetition with nothing to repeat");
      case '\\' -> escape();
      default -> literal(c);
    }
    return 1;
  }

  private int group() {
    if (take("?=") || take("?!") || take("?<=") || take("?<!")) {
      throw new IllegalArgumentException("it looks ahead or behind, which can't be done here");
    }
    if (take("?<")) {
      while (peek() != END && peek() != '>') {
        at++;
      }
      if (!take(">")) {
        throw new IllegalArgumentException("it has a group's name without an end");
      }
    } else if (!take("?:") && peek() == '?') {
      throw new IllegalArgumentException("it has an unknown group '(?'");
    }
    if (++depth > MAX_GROUPS_DEEP) {
      throw new IllegalArgumentException("it has groups nested deeper than " + MAX_GROUPS_DEEP);
    }
    out.append("(?:");
    int size = alternatives();
    if (!take(")")) {
      throw new IllegalArgumentException("it has a '(' without an end");
    }
    out.append(')');
    depth--;
    return size;
  }

  private void literal(int c) {
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      throw new IllegalArgumentException("it has a lone surrogate");
    }
    out.append("\\x{").append(Integer.toHexString(c)).append('}');
  }

  private void escape() {
    if (take("b") || take("B")) {
      out.append('\\').append((char) source[at - 1]);
    } else {
      String set = set();
      if (set == null) {
        literal(escaped());
      } else {
        out.append('[').append(set).append(']');
      }
    }
  }

  private void characterClass() {
    boolean negated = take("^");
    if (take("]")) {
      out.append(negated ? ANYTHING : NOTHING);
      return;
    }
    out.append(negated ? "[^" : "[");
    while (!take("]")) {
      budget.spend(20);
      String set = member();
      int from = set == null ? memberPoint() : END;
      if (peek() == '-' && at + 1 < source.length && source[at + 1] != ']') {
        at++;
        int to = set == null && member() == null ? memberPoint() : END;
        if (to < from || to == END) {
          throw new IllegalArgumentException("it has a range out of order in a class");
        }
        literal(from);
        out.append('-');
        literal(to);
      } else if (set == null) {
        literal(from);
      } else {
        out.append(set);
      }
    }
    out.append(']');
  }

  /** The set of characters that is next within a class; null for a single one, not yet read. */
  private String member() {
    if (peek() != '\\') {
      return null;
    }
    at++;
    String set = set();
    if (set == null) {
      at--;
    }
    return set;
  }

  private int memberPoint() {
    if (peek() == END) {
      throw new IllegalArgumentException("it has a '[' without an end");
    }
    int c = source[at++];
    if (c != '\\') {
      return c;
    }
    return take("b") ? '\b' : escaped();
  }

  /** The set that the escape after a backslash stands for; null if it is none. */
  private String set() {
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
  private int escaped() {
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
        if (letter >= 'A' && letter <= 'Z' || letter >= 'a' && letter <= 'z') {
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
              c >= '1' && c <= '9' || c == 'k'
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
        if (c > MAX_CODE_POINT) {
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
