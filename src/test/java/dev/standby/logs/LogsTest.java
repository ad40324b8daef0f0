package dev.standby.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.support.Api;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log: JSON or plain, in words that are known beforehand. */
@Timeout(60)
class LogsTest {
  private static final Set<String> ALWAYS = Set.of("time", "level", "logger", "thread", "message");

  @Test
  void shouldBeJsonWhereNobodyReadsIt() {
    List<String> lines = said(Map.of());

    assertThat(lines).isNotEmpty();
    assertThat(lines)
        .allSatisfy(
            line -> {
              JsonNode json = Api.json(line);
              ALWAYS.forEach(field -> assertThat(json.path(field).asText()).as(field).isNotEmpty());
              assertThat(json.path("time").asText()).endsWith("Z");
            });
    assertThat(lines)
        .anySatisfy(line -> assertThat(Api.json(line).path("port").isNumber()).isTrue());
  }

  @Test
  void shouldBePlainWhenItIsToBe() {
    assertThat(said(Map.of("STANDBY_LOG_FORMAT", "plain")))
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z INFO +d\\.s\\.m\\.MetricsVerticle metrics and"
                            + " health are served host=127\\.0\\.0\\.1 port=\\d+"));
  }

  /** Whoever looks for something in the logs knows by what name. */
  @Test
  void shouldUseTheWordsOfTheReadme() throws IOException {
    Set<String> known = new TreeSet<>();
    Matcher row =
        Pattern.compile("^\\| `([a-z_]+)` \\| [^|]+ \\|$", Pattern.MULTILINE)
            .matcher(section(Files.readString(Path.of("README.md")), "### Logs"));
    while (row.find()) {
      known.add(row.group(1));
    }
    Set<String> used = new TreeSet<>();
    for (String source : sources()) {
      Matcher key = Pattern.compile("addKeyValue\\(\\s*\"([^\"]*)\"").matcher(source);
      while (key.find()) {
        used.add(key.group(1));
      }
      assertThat(source).doesNotContainPattern("\\blog\\.(trace|debug|info|warn|error)\\(\\s*\"");
    }

    assertThat(used).isEqualTo(known);
  }

  private static List<String> said(Map<String, String> settings) {
    try (NodeProcess node =
        NodeProcess.start(Nodes.environment(TestPostgres.newDatabase(), settings))) {
      return node.output().lines().filter(line -> !line.startsWith("Standby is ready")).toList();
    }
  }

  private static String section(String text, String heading) {
    int start = text.indexOf(heading + "\n") + heading.length();
    int end = text.indexOf("\n## ", start);
    return text.substring(start, end < 0 ? text.length() : end);
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).map(LogsTest::read).toList();
    }
  }

  private static String read(Path file) {
    try {
      // Examples in Javadoc are nobody's log.
      return Files.readString(file).replaceAll("(?m)^ \\*.*$", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
