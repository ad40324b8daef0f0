package dev.standby.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.standby.support.Api;
import dev.standby.support.OneNode;
import dev.standby.support.Programs;
import dev.standby.support.Scrape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alerts speak of what a node shows, and somebody knows what to do. */
class AlertsTest {
  private static final Path ALERTS = Path.of("conf/prometheus/alerts.yaml");
  private static final Path RUNBOOK = Path.of("conf/prometheus/RUNBOOK.md");
  private static final Path DASHBOARD = Path.of("conf/grafana/standby.json");
  private static final Path PROMTOOL =
      Path.of(System.getProperty("standby.promtool", "/usr/bin/promtool"));

  private static final Pattern METRIC =
      Pattern.compile("\\b((?:standby|jvm|process|system)_[a-z0-9_]+)(?:\\{([^}]*)})?");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)(?:=~|!=|!~|=)\"");

  /** Those that Prometheus adds. */
  private static final Set<String> ADDED = Set.of("job", "instance");

  @RegisterExtension static final OneNode NODE = new OneNode();

  @Test
  void shouldNameOnlyWhatANodeShows() throws IOException {
    Scrape scrape = busy();
    List<String> expressions = new ArrayList<>();
    rules().forEach(rule -> expressions.add(rule.path("expr").asText()));
    JsonNode dashboard = Api.JSON.readTree(DASHBOARD.toFile());
    dashboard.findValuesAsText("expr").forEach(expressions::add);
    dashboard.findValuesAsText("definition").forEach(expressions::add);

    assertThat(expressions).hasSizeGreaterThan(60);
    for (String expression : expressions) {
      for (MatchResult metric : METRIC.matcher(expression).results().toList()) {
        assertThat(scrape.names()).as(expression).contains(metric.group(1));
        String selector = metric.group(2) == null ? "" : metric.group(2);
        for (MatchResult label : LABEL.matcher(selector).results().toList()) {
          assertThat(labels(scrape, metric.group(1))).as(expression).contains(label.group(1));
        }
      }
    }
  }

  private static Set<String> labels(Scrape scrape, String metric) {
    Set<String> labels = new TreeSet<>(ADDED);
    scrape.samples().stream()
        .filter(sample -> sample.name().equals(metric))
        .forEach(sample -> labels.addAll(sample.labels().keySet()));
    return labels;
  }

  @Test
  void shouldSayOfEveryAlertWhatToDo() throws IOException {
    String runbook = Files.readString(RUNBOOK);
    List<String> names = new ArrayList<>();
    for (JsonNode rule : rules()) {
      String name = rule.path("alert").asText();
      names.add(name);
      assertThat(rule.path("annotations").path("runbook").asText())
          .isEqualTo("RUNBOOK.md#" + name.toLowerCase(Locale.ROOT));
      assertThat(rule.path("labels").path("severity").asText()).isIn("critical", "warning");
      assertThat(section(runbook, name)).contains("**Means:**", "**Look at", "o:**");
    }
    List<String> headings =
        Pattern.compile("(?m)^## (\\S+)$").matcher(runbook).results().map(m -> m.group(1)).toList();
    assertThat(headings).hasSameElementsAs(names);
  }

  @Test
  void shouldTestEveryAlert() throws IOException {
    JsonNode tests =
        new YAMLMapper().readTree(Path.of("conf/prometheus/alerts_test.yaml").toFile());
    List<String> fired = new ArrayList<>();
    List<String> quiet = new ArrayList<>();
    for (JsonNode test : tests.findValues("alert_rule_test")) {
      JsonNode only = test.get(0);
      (only.has("exp_alerts") ? fired : quiet).add(only.path("alertname").asText());
    }

    List<String> names = new ArrayList<>();
    rules().forEach(rule -> names.add(rule.path("alert").asText()));
    assertThat(fired).hasSameElementsAs(names);
    assertThat(quiet).hasSameElementsAs(names);
  }

  @Test
  void shouldBeFineWithPromtool(@TempDir Path folder) throws IOException {
    checkInstalled();

    promtool("check", "rules", ALERTS.toString());
    promtool("check", "config", "conf/prometheus/prometheus.yaml");
    promtool("test", "rules", "conf/prometheus/alerts_test.yaml");
    // What the panels ask for is PromQL.
    List<Object> records = new ArrayList<>();
    JsonNode dashboard = Api.JSON.readTree(DASHBOARD.toFile());
    for (String expression : dashboard.findValuesAsText("expr")) {
      records.add(
          java.util.Map.of(
              "record",
              "panel:" + records.size(),
              "expr",
              expression.replace("$__rate_interval", "1m").replace("$instance", ".*")));
    }
    Path panels = folder.resolve("panels.yaml");
    new YAMLMapper()
        .writeValue(
            panels.toFile(),
            java.util.Map.of(
                "groups", List.of(java.util.Map.of("name", "panels", "rules", records))));
    promtool("check", "rules", panels.toString());
  }

  @Test
  void shouldHaveNothingForPromtoolToComplainOf(@TempDir Path folder) throws IOException {
    checkInstalled();
    Path text = Files.writeString(folder.resolve("metrics.txt"), busy().text());

    String complaints =
        Programs.run("sh", "-c", PROMTOOL + " check metrics < " + text + " 2>&1 || test $? -eq 3");

    assertThat(complaints).isEmpty();
  }

  /** What a node shows that has done a bit of everything. */
  private static Scrape busy() {
    Api api = NODE.api();
    api.register("busy");
    api.post(Api.path("busy") + "/send", "{}");
    System.gc();
    return Scrape.of(NODE.node());
  }

  private static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    new YAMLMapper()
        .readTree(ALERTS.toFile())
        .path("groups")
        .forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  private static String section(String runbook, String name) {
    int from = runbook.indexOf("\n## " + name + "\n");
    assertThat(from).as(name).isPositive();
    int to = runbook.indexOf("\n## ", from + 1);
    return runbook.substring(from, to < 0 ? runbook.length() : to);
  }

  private static void promtool(String... arguments) {
    Programs.run(Stream.concat(Stream.of(PROMTOOL.toString()), Stream.of(arguments)).toList());
  }

  /** Without it the tests are skipped, but never by a build server. */
  private static void checkInstalled() {
    boolean installed = Files.isExecutable(PROMTOOL);
    String advice = "The alerts' tests need " + PROMTOOL + ": apt-get install prometheus";
    if (!installed && System.getenv("CI") != null) {
      throw new IllegalStateException(advice);
    }
    assumeTrue(installed, advice);
  }
}
