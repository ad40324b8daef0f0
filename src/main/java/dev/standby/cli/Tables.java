package dev.standby.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Results for people: columns as wide as what is in them, and nothing in them that does harm. */
final class Tables {
  private static final String GAP = "  ";

  private Tables() {}

  /** An object, a field to a line. */
  static String ofFields(Map<String, String> fields) {
    int width = fields.keySet().stream().mapToInt(String::length).max().orElse(0);
    List<String> lines = new ArrayList<>();
    fields.forEach((name, value) -> lines.add(padded(Harmless.text(name), width) + shown(value)));
    return String.join("\n", lines);
  }

  /** Rows under a header, each with as many cells. */
  static String of(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return String.join("\n", rows.stream().map(row -> line(row, widths)).toList());
  }

  /** Cells in columns of these widths, the last as long as it is. */
  static String line(List<String> cells, int... widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size() - 1; i++) {
      line.append(padded(cells.get(i), widths[i]));
    }
    return line.append(cells.get(cells.size() - 1)).toString().stripTrailing();
  }

  /** A value of a JSON object as a cell: a text without its quotes, all else as JSON. */
  static String shown(String value) {
    if (value == null) {
      return "";
    }
    String text = Json.text(value);
    return value.startsWith("\"") ? Harmless.text(text) : Harmless.json(text);
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length())) + GAP;
  }
}
