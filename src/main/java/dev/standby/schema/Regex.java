package dev.standby.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** A pattern of a schema: linear in the text, and every character of it is paid for. */
final class Regex {
  private final String source;
  private final Pattern pattern;
  private final int charge;

  private Regex(String source, Pattern pattern) {
    this.source = source;
    this.pattern = pattern;
    // A reading of a character costs five nanoseconds for each instruction at the worst.
    charge = 1 + pattern.programSize() / 2;
  }

  /**
   * That expression of ECMA-262.
   *
   * @throws Refusal if it is none, or can't be matched in linear time
   */
  static Regex of(String source, Place place, Budget budget) {
    budget.spend(1_000 + 20L * source.length());
    try {
      String translated = Ecma.translate(source, budget);
      Regex regex = new Regex(source, Pattern.compile(translated));
      budget.spend(50L * regex.size());
      return regex;
    } catch (PatternSyntaxException e) {
      throw new Refusal(place, "is a pattern that can't be used: " + e.getDescription());
    } catch (IllegalArgumentException e) {
      throw new Refusal(place, "is a pattern that can't be used: " + e.getMessage());
    }
  }

  /** The expression as the schema has it. */
  String source() {
    return source;
  }

  /** How many instructions it was made to. */
  int size() {
    return pattern.programSize();
  }

  boolean find(String text, Budget budget) {
    budget.spend(100 + 4L * charge);
    return pattern.matcher(new Paid(text, charge, budget)).find();
  }

  /** A text that costs something to read. */
  private record Paid(String text, int charge, Budget budget) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      budget.spend(charge);
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
