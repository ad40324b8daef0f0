package dev.standby.schema;

import java.math.BigInteger;

/**
 * A JSON number, exactly: zero, or {@code ±0.digits × 10^exponent} with neither a leading nor a
 * trailing zero among the digits, so that equal numbers look equal and none is ever expanded.
 *
 * @param sign -1, 0 or 1
 */
record Decimal(int sign, String digits, long exponent) implements Comparable<Decimal> {
  static final Decimal ZERO = new Decimal(0, "", 0);

  /** An exponent of more digits is out of what PostgreSQL can store, whatever the mantissa. */
  private static final int MAX_EXPONENT_DIGITS = 9;

  private static final int MAX_SHOWN_DIGITS = 40;

  /** What surely fits into an int. */
  private static final int COUNT_DIGITS = 9;

  /** What surely fits into a long, and what does so multiplied by its like. */
  private static final int LONG_DIGITS = 18;

  private static final int FACTOR_DIGITS = 9;

  /** How many digits are divided at once: beyond it, reading them would take quadratic time. */
  private static final int CHUNK = 500;

  /** The number that {@code text}, which is one in JSON, spells; null if it is out of range. */
  static Decimal of(String text) {
    int e = Math.max(text.indexOf('e'), text.indexOf('E'));
    String mantissa = e < 0 ? text : text.substring(0, e);
    boolean negative = mantissa.startsWith("-");
    String unsigned = negative ? mantissa.substring(1) : mantissa;
    int point = unsigned.indexOf('.');
    String all =
        point < 0 ? unsigned : unsigned.substring(0, point) + unsigned.substring(point + 1);
    int first = 0;
    while (first < all.length() && all.charAt(first) == '0') {
      first++;
    }
    if (first == all.length()) {
      return ZERO;
    }
    int end = all.length();
    while (all.charAt(end - 1) == '0') {
      end--;
    }
    Long shift = e < 0 ? Long.valueOf(0) : exponent(text.substring(e + 1));
    if (shift == null) {
      return null;
    }
    int before = (point < 0 ? unsigned.length() : point) - first;
    return new Decimal(negative ? -1 : 1, all.substring(first, end), before + shift);
  }

  private static Long exponent(String text) {
    boolean negative = text.startsWith("-");
    int first = negative || text.startsWith("+") ? 1 : 0;
    while (first < text.length() - 1 && text.charAt(first) == '0') {
      first++;
    }
    if (text.length() - first > MAX_EXPONENT_DIGITS) {
      return null;
    }
    long value = Long.parseLong(text.substring(first));
    return negative ? -value : value;
  }

  /** As JSON; a long one is cut. */
  @Override
  public String toString() {
    if (sign == 0) {
      return "0";
    }
    String minus = sign < 0 ? "-" : "";
    int length = digits.length();
    if (length > MAX_SHOWN_DIGITS || exponent > MAX_SHOWN_DIGITS || exponent < -5) {
      String shown =
          length > MAX_SHOWN_DIGITS ? digits.substring(0, MAX_SHOWN_DIGITS) + "…" : digits;
      return minus + "0." + shown + "e" + exponent;
    }
    int before = (int) exponent;
    if (before >= length) {
      return minus + digits + "0".repeat(before - length);
    }
    return before > 0
        ? minus + digits.substring(0, before) + "." + digits.substring(before)
        : minus + "0." + "0".repeat(-before) + digits;
  }

  boolean isInteger() {
    return exponent >= digits.length();
  }

  /** A number that is not negative, as a count of things in memory: at most the largest int. */
  int asCount() {
    if (sign == 0) {
      return 0;
    }
    return exponent > COUNT_DIGITS
        ? Integer.MAX_VALUE
        : Integer.parseInt(digits + "0".repeat((int) exponent - digits.length()));
  }

  @Override
  public int compareTo(Decimal other) {
    if (sign != other.sign) {
      return Integer.compare(sign, other.sign);
    }
    int magnitudes =
        exponent != other.exponent
            ? Long.compare(exponent, other.exponent)
            : digits.compareTo(other.digits);
    return sign * magnitudes;
  }

  /** Whether it is a whole multiple of {@code divisor}, which is above zero. */
  boolean isMultipleOf(Decimal divisor, Budget budget) {
    if (sign == 0) {
      return true;
    }
    // As whole numbers A and B without trailing zeros: A × 10^shift must be a multiple of B.
    long shift = exponent - digits.length() - (divisor.exponent - divisor.digits.length());
    if (shift < 0) {
      return false;
    }
    if (digits.length() <= LONG_DIGITS && divisor.digits.length() <= FACTOR_DIGITS) {
      budget.spend(50);
      long by = Long.parseLong(divisor.digits);
      return Long.parseLong(digits) % by * powerOfTen(shift, by) % by == 0;
    }
    BigInteger by = new BigInteger(divisor.digits);
    budget.spend(dividing(shift, divisor.digits.length()));
    BigInteger rest = BigInteger.ZERO;
    for (int from = 0; from < digits.length(); from += CHUNK) {
      String chunk = digits.substring(from, Math.min(digits.length(), from + CHUNK));
      rest = rest.multiply(BigInteger.TEN.pow(chunk.length())).add(new BigInteger(chunk)).mod(by);
    }
    BigInteger power = BigInteger.TEN.modPow(BigInteger.valueOf(shift), by);
    return rest.multiply(power).mod(by).signum() == 0;
  }

  private long dividing(long shift, int by) {
    long chunks = 1L + digits.length() / CHUNK;
    int squares = Long.SIZE - Long.numberOfLeadingZeros(shift);
    return 200 + chunks * (600 + by) + squares * (100 + (long) by * by / 50);
  }

  private static long powerOfTen(long exponent, long modulus) {
    long power = 1 % modulus;
    long square = 10 % modulus;
    for (long left = exponent; left > 0; left >>= 1) {
      power = (left & 1) == 1 ? power * square % modulus : power;
      square = square * square % modulus;
    }
    return power;
  }
}
