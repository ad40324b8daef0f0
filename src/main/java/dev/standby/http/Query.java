package dev.standby.http;

import dev.standby.trigger.Rejection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The query of a URL, with no parameters but those that are expected, and none twice. */
record Query(Map<String, String> parameters) {
  /**
   * Reads a query, null for none.
   *
   * @throws Rejection naming the parameter that is unknown or repeated
   */
  static Query parse(String rawQuery, Set<String> expected) {
    if (rawQuery == null || rawQuery.isEmpty()) {
      return new Query(Map.of());
    }
    Map<String, String> parameters = new HashMap<>();
    for (String pair : rawQuery.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = Percent.decode(equals < 0 ? pair : pair.substring(0, equals), true);
      String value = equals < 0 ? "" : Percent.decode(pair.substring(equals + 1), true);
      if (!expected.contains(name)) {
        throw Rejection.badRequest("Unknown query parameter '" + shown(name) + "'");
      }
      if (parameters.put(name, value) != null) {
        throw Rejection.badRequest("The query parameter '" + name + "' is given twice");
      }
    }
    return new Query(parameters);
  }

  /** The value; null when it is not given. */
  String get(String name) {
    return parameters.get(name);
  }

  private static String shown(String name) {
    String line = name.replaceAll("\\p{Cntrl}", " ");
    return line.codePointCount(0, line.length()) <= 60
        ? line
        : line.substring(0, line.offsetByCodePoints(0, 60)) + "…";
  }
}
