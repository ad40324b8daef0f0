package dev.standby.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Of the purge that nobody asks for.
 *
 * @param days after how many days a trigger that has ended is deleted; 0 for never
 * @param projects the same for single projects, by name
 */
public record RetentionConfig(int days, Map<String, Integer> projects) {
  private static final int MAX_DAYS = 36_500;

  /** Checks every setting. */
  public RetentionConfig {
    Checks.range("retention.days", days, 0, MAX_DAYS);
    projects.forEach(
        (project, own) -> Checks.range("retention.projects for " + project, own, 0, MAX_DAYS));
    projects = Map.copyOf(projects);
  }

  /** Of projects as they are written: {@code name=days} each. */
  static RetentionConfig of(int days, List<String> projects) {
    Map<String, Integer> own = new LinkedHashMap<>();
    for (String project : projects) {
      int end = project.lastIndexOf('=');
      try {
        own.put(project.substring(0, end), Integer.parseInt(project.substring(end + 1)));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        throw new ConfigException(
            "setting retention.projects must be a list of project=days, not " + project);
      }
    }
    return new RetentionConfig(days, own);
  }

  /** After how many days a trigger of that project is deleted; 0 for never. */
  public int daysOf(String project) {
    return projects.getOrDefault(project, days);
  }

  /** Whether nothing is ever deleted. */
  public boolean off() {
    return days == 0 && projects.values().stream().allMatch(own -> own == 0);
  }
}
