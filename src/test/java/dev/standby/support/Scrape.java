package dev.standby.support;

import dev.standby.Standby;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Prometheus would see of a node at one moment. */
public record Scrape(String text, List<Sample> samples) {
  private static final Pattern LINE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** One line. */
  public record Sample(String name, Map<String, String> labels, double value) {}

  /** Scrapes a node now. */
  public static Scrape of(Standby node) {
    Api.Answer answer = new Api(node.managementUrl()).get("/metrics");
    if (answer.status() != 200) {
      throw new AssertionError("/metrics is answered with " + answer.status());
    }
    return parse(answer.text());
  }

  /** Reads the text format. */
  public static Scrape parse(String text) {
    List<Sample> samples = new ArrayList<>();
    for (String line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new AssertionError("Not a sample: " + line);
      }
      Map<String, String> labels = new LinkedHashMap<>();
      if (parts.group(2) != null) {
        LABEL.matcher(parts.group(2)).results().forEach(l -> labels.put(l.group(1), l.group(2)));
      }
      String value = parts.group(3).replace("+Inf", "Infinity");
      samples.add(new Sample(parts.group(1), labels, Double.parseDouble(value)));
    }
    return new Scrape(text, samples);
  }

  /**
   * The sum of the samples of that name that have those labels.
   *
   * @param labels names and values by turns
   * @return 0 when there is none
   */
  public double value(String name, String... labels) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .filter(
            sample -> {
              for (int i = 0; i < labels.length; i += 2) {
                if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                  return false;
                }
              }
              return true;
            })
        .mapToDouble(Sample::value)
        .sum();
  }

  /** The names of all samples. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    samples.forEach(sample -> names.add(sample.name()));
    return names;
  }
}
