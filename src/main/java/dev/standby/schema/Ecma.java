package dev.standby.schema;

/**
 * Rewrites a regular expression of ECMA-262 (with its {@code u} flag, which JSON Schema asks for)
 * as RE2 has it, and counts how large its program will be before anything is built. Beyond what the
 * flag allows, punctuation may be escaped needlessly and a brace stand for itself, as many do.
 */
final class Ecma {
  /** A program of more instructions than this costs too much for each character. */
  static final int MAX_SIZE = 5_000;

  private static final int MAX_GROUPS_DEEP = 50;
  private static final int MAX_REPEAT = EcmaText.MAX_REPEAT;
  private static final int END = EcmaText.END;
  private static final String NOT_LINE_END = "[^\\n\\r\\x{2028}\\x{2029}]";
  private static final String NOTHING = "[^\\x{0}-\\x{10ffff}]";
  private static final String ANYTHING = "[\\x{0}-\\x{10ffff}]";

  private final EcmaText in;
  private final Budget budget;
  private final StringBuilder out = new StringBuilder();
  private int depth;

  private Ecma(EcmaText in, Budget budget) {
    this.in = in;
    this.budget = budget;
  }

  /**
   * That expression for RE2.
   *
   * @throws IllegalArgumentException saying what can't be done
   */
  static String translate(String pattern, Budget budget) {
    Ecma ecma = new Ecma(new EcmaText(pattern, budget), budget);
    ecma.alternatives();
    if (ecma.in.peek() != END) {
      throw new IllegalArgumentException("it has a ')' too many");
    }
    return ecma.out.toString();
  }

  /** Each of these returns how many instructions it makes of what it reads. */
  private int alternatives() {
    int size = 1;
    while (true) {
      size = limited((long) size + 1);
      if (in.peek() == END || in.peek() == ')') {
        return size;
      }
      if (in.take("|")) {
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
    if (in.take("?")) {
      out.append('?');
    }
    if (repetition() != null) {
      throw new IllegalArgumentException("it has a repetition with nothing to repeat");
    }
    return limited((size + 1L) * Math.max(1, Math.max(repeat[0] + 1, repeat[1])));
  }

  /** The bounds of a repetition, {@link #END} for none above; null if there is none here. */
  private int[] repetition() {
    if (in.take("*")) {
      return new int[] {0, END};
    } else if (in.take("+")) {
      return new int[] {1, END};
    } else if (in.take("?")) {
      return new int[] {0, 1};
    } else if (in.peek() != '{') {
      return null;
    }
    int brace = in.mark();
    in.next();
    int from = in.digits();
    int to = from;
    if (from != END && in.take(",")) {
      to = in.digits();
    }
    if (from == END || !in.take("}")) {
      in.back(brace);
      return null;
    }
    return new int[] {from, to};
  }

  private int atom() {
    int c = in.next();
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
    if (in.take("?=") || in.take("?!") || in.take("?<=") || in.take("?<!")) {
      throw new IllegalArgumentException("it looks ahead or behind, which can't be done here");
    }
    if (in.take("?<")) {
      while (in.peek() != END && in.peek() != '>') {
        in.next();
      }
      if (!in.take(">")) {
        throw new IllegalArgumentException("it has a group's name without an end");
      }
    } else if (!in.take("?:") && in.peek() == '?') {
      throw new IllegalArgumentException("it has an unknown group '(?'");
    }
    if (++depth > MAX_GROUPS_DEEP) {
      throw new IllegalArgumentException("it has groups nested deeper than " + MAX_GROUPS_DEEP);
    }
    out.append("(?:");
    int size = alternatives();
    if (!in.take(")")) {
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
    if (in.take("b")) {
      out.append("\\b");
    } else if (in.take("B")) {
      out.append("\\B");
    } else {
      String set = in.set();
      if (set == null) {
        literal(in.escaped());
      } else {
        out.append('[').append(set).append(']');
      }
    }
  }

  private void characterClass() {
    boolean negated = in.take("^");
    if (in.take("]")) {
      out.append(negated ? ANYTHING : NOTHING);
      return;
    }
    out.append(negated ? "[^" : "[");
    while (!in.take("]")) {
      budget.spend(20);
      String set = member();
      int from = set == null ? memberPoint() : END;
      if (in.takeRange()) {
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
    int start = in.mark();
    if (!in.take("\\")) {
      return null;
    }
    String set = in.set();
    if (set == null) {
      in.back(start);
    }
    return set;
  }

  private int memberPoint() {
    if (in.peek() == END) {
      throw new IllegalArgumentException("it has a '[' without an end");
    }
    int c = in.next();
    if (c != '\\') {
      return c;
    }
    return in.take("b") ? '\b' : in.escaped();
  }
}
