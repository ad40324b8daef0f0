package dev.standby.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of one benchmark, in the order in which they were taken. */
final class Report {
  /** Of more rounds than this the table says only how many there were. */
  private static final int MAX_SHOWN = 20;

  private record Figure(double value, String unit, List<Double> rounds) {}

  private final String name;
  private final Map<String, Figure> figures = new LinkedHashMap<>();

  Report(String name) {
    this.name = name;
  }

  /** Adds a figure that was taken once. */
  double add(String what, double value, String unit) {
    return addMedian(what, unit, value);
  }

  /** Adds the median of what several rounds gave, and returns it. */
  double addMedian(String what, String unit, double... rounds) {
    double[] sorted = rounds.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    figures.put(what, new Figure(median, unit, Arrays.stream(rounds).boxed().toList()));
    System.out.printf(Locale.ROOT, "%s: %.2f %s%n", what, median, unit);
    return median;
  }

  String table() {
    StringBuilder out = new StringBuilder("\n| " + name + " | median | rounds |\n|---|---|---|\n");
    figures.forEach(
        (what, figure) ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %s %s | %s |%n",
                    what,
                    shown(figure.value()),
                    figure.unit(),
                    figure.rounds().size() > MAX_SHOWN
                        ? figure.rounds().size() + " values"
                        : String.join(" ", figure.rounds().stream().map(Report::shown).toList()))));
    return out.toString();
  }

  String json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    figures.forEach(
        (what, figure) ->
            root.putObject(what).put("median", figure.value()).put("unit", figure.unit()));
    return root.toPrettyString();
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.2f", value);
  }
}
