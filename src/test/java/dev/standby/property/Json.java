package dev.standby.property;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/**
 * JSON values as trees of Java's own types, the many texts that spell one, and when two are the
 * same value. It shares nothing with the code that it is an oracle for.
 */
final class Json {
  /** Stands for JSON's null, which a map of Java's would confuse with absence. */
  static final Object NULL = new Object();

  private Json() {}

  /** Any value; its strings may hold any character, also half a surrogate pair. */
  static Arbitrary<Object> values() {
    return Arbitraries.recursive(Json::leaves, Json::containers, 0, 4);
  }

  private static Arbitrary<Object> leaves() {
    return Arbitraries.oneOf(
        Arbitraries.of(NULL, true, false, BigDecimal.ZERO, "", List.of(), Map.of()),
        numbers().map(number -> number),
        strings().map(string -> string));
  }

  private static Arbitrary<BigDecimal> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.bigDecimals().ofScale(6),
        Arbitraries.longs().map(BigDecimal::valueOf),
        Arbitraries.longs().map(n -> BigDecimal.valueOf(n, 30)),
        Arbitraries.integers().between(-400, 400).map(e -> BigDecimal.ONE.scaleByPowerOfTen(e)));
  }

  private static Arbitrary<String> strings() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.strings().ascii().ofMaxLength(12)),
        Tuple.of(
            3,
            Arbitraries.strings()
                .withChars("é\u2028\"\\/\b\f\n\r\t\u0001\u007f\ufffd\uffff")
                .ofMaxLength(8)),
        Tuple.of(2, Arbitraries.of("😀", "\ud7ff\ue000", "\udbff\udfff", "\\u0000", "\\ud800")),
        Tuple.of(1, Arbitraries.strings().all().ofMaxLength(4)));
  }

  private static Arbitrary<Object> containers(Arbitrary<Object> inner) {
    return Arbitraries.oneOf(
        inner.list().ofMaxSize(4).map(list -> list),
        Arbitraries.maps(strings(), inner).ofMaxSize(4).map(map -> map));
  }

  /** One of the texts that spell {@code value}, with white space, escapes and orders by chance. */
  static String spell(Object value, Random random) {
    StringBuilder out = new StringBuilder();
    spell(value, random, out);
    return out.toString();
  }

  private static void spell(Object value, Random random, StringBuilder out) {
    space(random, out);
    if (value == NULL) {
      out.append("null");
    } else if (value instanceof String string) {
      string(string, random, out);
    } else if (value instanceof BigDecimal number) {
      out.append(number(number, random));
    } else if (value instanceof List<?> list) {
      out.append('[');
      for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
        spell(i.next(), random, out);
        out.append(i.hasNext() ? "," : "");
      }
      out.append(']');
    } else if (value instanceof Map<?, ?> map) {
      List<Object> names = new ArrayList<>(map.keySet());
      Collections.shuffle(names, random);
      out.append('{');
      for (Iterator<?> i = names.iterator(); i.hasNext(); ) {
        Object name = i.next();
        spell(name, random, out);
        out.append(':');
        spell(map.get(name), random, out);
        out.append(i.hasNext() ? "," : "");
      }
      out.append('}');
    } else {
      out.append(value);
    }
    space(random, out);
  }

  private static void space(Random random, StringBuilder out) {
    if (random.nextInt(6) == 0) {
      out.append(" \n\t\r".charAt(random.nextInt(4)));
    }
  }

  private static String number(BigDecimal number, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> number.toPlainString();
      case 1 -> number.setScale(Math.max(number.scale(), 0) + 3).toPlainString();
      case 2 -> number.unscaledValue() + "e" + -number.scale();
      default -> number.toString().replace("E+", "E");
    };
  }

  private static void string(String string, Random random, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < string.length()
              && Character.isLowSurrogate(string.charAt(i + 1));
      if (pair && random.nextBoolean()) {
        out.append(c).append(string.charAt(++i));
      } else if (pair) {
        out.append(String.format("\\u%04x\\u%04X", (int) c, (int) string.charAt(++i)));
      } else if (Character.isSurrogate(c) || c < ' ' || random.nextInt(10) == 0) {
        out.append(String.format("\\u%04x", (int) c));
      } else if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c == '/' && random.nextBoolean()) {
        out.append("\\/");
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  /** Whether the contract calls two values equal. */
  static boolean same(Object a, Object b) {
    if (a instanceof BigDecimal one && b instanceof BigDecimal other) {
      return one.compareTo(other) == 0;
    }
    if (a instanceof List<?> one && b instanceof List<?> other) {
      boolean same = one.size() == other.size();
      for (int i = 0; same && i < one.size(); i++) {
        same = same(one.get(i), other.get(i));
      }
      return same;
    }
    if (a instanceof Map<?, ?> one && b instanceof Map<?, ?> other) {
      return one.keySet().equals(other.keySet())
          && one.keySet().stream().allMatch(name -> same(one.get(name), other.get(name)));
    }
    return a.equals(b);
  }
}
