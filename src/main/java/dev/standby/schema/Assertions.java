package dev.standby.schema;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** The keywords that look at a value alone, and those that compare. */
final class Assertions {
  private static final int MAX_LISTED = 10;

  private Assertions() {}

  static Check type(Object argument) {
    Set<String> types =
        argument instanceof String one
            ? Set.of(one)
            : Json.elements(argument).stream()
                .map(String.class::cast)
                .collect(Collectors.toUnmodifiableSet());
    String message =
        "must be of the type " + types.stream().sorted().collect(Collectors.joining(" or "));
    return (e, value, place, seen) -> {
      String type = Json.type(value);
      return types.contains(type)
          || (type.equals("integer") && types.contains("number"))
          || e.fault(place, "type", message);
    };
  }

  static Check constant(Object argument) {
    return (e, value, place, seen) ->
        e.order().same(argument, value) || e.fault(place, "const", "must be " + shown(argument));
  }

  static Check oneOf(List<Object> argument) {
    String message =
        argument.size() <= MAX_LISTED
            ? "must be one of "
                + argument.stream().map(Assertions::shown).collect(Collectors.joining(", "))
            : "must be one of the " + argument.size() + " values in 'enum'";
    return (e, value, place, seen) -> {
      for (Object allowed : argument) {
        if (e.order().same(allowed, value)) {
          return true;
        }
      }
      return e.fault(place, "enum", message);
    };
  }

  private static String shown(Object value) {
    if (value instanceof String text) {
      return Json.shown(text);
    } else if (value instanceof Decimal number) {
      return number.toString();
    } else if (value instanceof Map || value instanceof List) {
      return "that " + Json.type(value);
    }
    return value.toString().toLowerCase(Locale.ROOT);
  }

  static Check multipleOf(Decimal divisor) {
    return (e, value, place, seen) ->
        !(value instanceof Decimal number)
            || number.isMultipleOf(divisor, e.budget())
            || e.fault(place, "multipleOf", "must be a multiple of " + divisor);
  }

  /** A check of how a number compares to {@code bound}. */
  static Check compared(String keyword, Decimal bound, IntPredicate allowed, String words) {
    String message = "must be " + words + " " + bound;
    return (e, value, place, seen) ->
        !(value instanceof Decimal number)
            || allowed.test(number.compareTo(bound))
            || e.fault(place, keyword, message);
  }

  /** A check of the number of characters. */
  static Check length(String keyword, int bound, boolean atMost) {
    String message = sized(bound, atMost, "character");
    return (e, value, place, seen) -> {
      if (!(value instanceof String text)) {
        return true;
      }
      e.budget().spend(text.length() / 8);
      return within(text.codePointCount(0, text.length()), bound, atMost)
          || e.fault(place, keyword, message);
    };
  }

  /** A check of the number of elements. */
  static Check elements(String keyword, int bound, boolean atMost) {
    String message = sized(bound, atMost, "element");
    return (e, value, place, seen) ->
        !(value instanceof List<?> list)
            || within(list.size(), bound, atMost)
            || e.fault(place, keyword, message);
  }

  /** A check of the number of members. */
  static Check members(String keyword, int bound, boolean atMost) {
    String message = sized(bound, atMost, "member");
    return (e, value, place, seen) ->
        !(value instanceof Map<?, ?> map)
            || within(map.size(), bound, atMost)
            || e.fault(place, keyword, message);
  }

  private static boolean within(int size, int bound, boolean atMost) {
    return atMost ? size <= bound : size >= bound;
  }

  private static String sized(int bound, boolean atMost, String what) {
    return "must have at "
        + (atMost ? "most " : "least ")
        + bound
        + " "
        + what
        + (bound == 1 ? "" : "s");
  }

  static Check pattern(Regex regex) {
    String message = "must match the pattern " + Json.shown(regex.source());
    return (e, value, place, seen) ->
        !(value instanceof String text)
            || regex.find(text, e.budget())
            || e.fault(place, "pattern", message);
  }

  static Check unique() {
    return (e, value, place, seen) -> {
      if (!(value instanceof List)) {
        return true;
      }
      Map<Object, Integer> firsts = new TreeMap<>(e.order());
      int index = 0;
      for (Object element : Json.elements(value)) {
        Integer first = firsts.putIfAbsent(element, index);
        if (first != null) {
          return e.fault(
              Place.element(place, index), "uniqueItems", "must not equal the element " + first);
        }
        index++;
      }
      return true;
    };
  }

  static Check required(List<Object> names) {
    return (e, value, place, seen) ->
        !(value instanceof Map) || present(e, names, Json.members(value), place, "required", "");
  }

  static Check dependentRequired(Map<String, Object> argument) {
    return (e, value, place, seen) -> {
      if (!(value instanceof Map)) {
        return true;
      }
      Map<String, Object> members = Json.members(value);
      boolean passes = true;
      for (Map.Entry<String, Object> dependency : argument.entrySet()) {
        if (has(e, members, dependency.getKey())) {
          passes &=
              present(
                  e,
                  Json.elements(dependency.getValue()),
                  members,
                  place,
                  "dependentRequired",
                  " when there is " + Json.shown(dependency.getKey()));
        }
      }
      return passes;
    };
  }

  private static boolean present(
      Evaluation e,
      List<Object> names,
      Map<String, Object> members,
      Place place,
      String keyword,
      String when) {
    boolean passes = true;
    for (Object name : names) {
      if (!has(e, members, (String) name)) {
        passes =
            e.fault(place, keyword, "must have the member " + Json.shown((String) name) + when);
      }
    }
    return passes;
  }

  static boolean has(Evaluation e, Map<String, Object> members, String name) {
    e.budget().spend(10 + name.length());
    return members.containsKey(name);
  }
}
