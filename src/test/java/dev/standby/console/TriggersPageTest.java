package dev.standby.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The list of what waits and has waited, and the page of one trigger. */
@Timeout(60)
class TriggersPageTest {
  private static final String SCRIPT = "<img src=x onerror=alert(1)>\"'<script>alert(2)</script>";

  private static final String SCHEMA =
      "{\"type\":\"object\",\"required\":[\"approved\"],\"properties\":"
          + "{\"approved\":{\"type\":\"boolean\"},\"amount\":{\"type\":\"integer\"}}}";

  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    Chromium.get();
    node = Nodes.alone(TestPostgres.newDatabase());
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldTeachWhereNothingHasWaitedYet() {
    try (Visit visit = Visit.to(node.url()).open("triggers?project=nobody")) {
      visit.sees("Nothing has waited here yet");

      assertThat(visit.page().getByLabel("the command that registers a wait").first())
          .hasText(
              "curl -sS '"
                  + node.url()
                  + "/v1/events?project_id=nobody' --json"
                  + " '{\"event_key\":\"order:1001/approval\",\"timeout_secs\":3600}'");
    }
  }

  @Test
  void shouldFilterByTheAddressAndPutFiltersIntoIt() {
    register("filter", "order:1/a", "");
    register("filter", "order:2/a", ",\"workflow_run_id\":\"wr-1\"");
    register("filter", "invoice:3", "");
    api.delete("/v1/events/order%3A1%2Fa?project_id=filter");
    try (Visit visit = Visit.to(node.url()).open("triggers?project=filter&prefix=order")) {
      assertThat(visit.row("order:2/a")).containsText("Waiting");
      assertThat(visit.row("order:1/a")).containsText("Canceled");
      assertThat(visit.row("invoice:3")).hasCount(0);

      visit.field("Status").selectOption("waiting");

      assertThat(visit.row("order:1/a")).hasCount(0);
      assertThat(visit.page()).hasURL(Pattern.compile("status=waiting"));

      visit.page().reload();
      assertThat(visit.field("Status")).hasValue("waiting");
      assertThat(visit.field("Key begins with")).hasValue("order");
      assertThat(visit.row("order:2/a")).isVisible();

      visit.field("Key begins with").fill("order:9");
      visit.sees("Nothing matches");
      visit.link("Clear filters").click();
      assertThat(visit.row("invoice:3")).isVisible();
    }
  }

  @Test
  void shouldHaveNoMoreRowsThanAPageAndGoOnToTheOlder() {
    String items =
        IntStream.range(0, 120)
            .mapToObj("{\"project_id\":\"pages\",\"event_key\":\"key-%03d\"}"::formatted)
            .collect(joining(","));
    api.post("/v1/batch/register", "{\"items\":[" + items + "]}");
    try (Visit visit = Visit.to(node.url()).open("triggers?project=pages")) {
      assertThat(visit.page().locator("tbody tr")).hasCount(50);
      visit.link("Older").click();
      assertThat(visit.row("key-069")).isVisible();
      assertThat(visit.page().locator("tbody tr")).hasCount(50);
      visit.link("Older").click();
      assertThat(visit.page().locator("tbody tr")).hasCount(20);
      visit.link("Newest").click();
      assertThat(visit.row("key-119")).isVisible();
    }
  }

  @Test
  void shouldSendWhatIsTypedAndSayWhatIsWrongWithIt() {
    register("act", "approve", ",\"payload_schema\":" + SCHEMA);
    try (Visit visit = Visit.to(node.url()).open("trigger?project=act&key=approve")) {
      assertThat(visit.field("Answer, as JSON")).hasValue(Pattern.compile("\"approved\": true"));

      visit.field("Answer, as JSON").fill("{\"approved\": ");
      visit.button("Send").click();
      visit.sees("This is not JSON");

      visit.field("Answer, as JSON").fill("{\"approved\": 1, \"amount\": \"x\"}");
      visit.button("Send").click();
      assertThat(visit.page().getByRole(AriaRole.ALERT)).containsText("/amount");
      visit.checkAccess();

      visit.field("Answer, as JSON").fill("{\"approved\": true, \"amount\": 9007199254740993}");
      visit.button("Send").click();
      assertThat(visit.page().locator(".state .badge")).hasText("Received");
      assertThat(visit.field("the answer").first()).containsText("9007199254740993");
    }
    assertThat(api.get("/v1/events/approve?project_id=act").text()).contains("9007199254740993");
  }

  @Test
  void shouldMoveTheDeadline() {
    register("act", "extend", "");
    try (Visit visit = Visit.to(node.url()).open("trigger?project=act&key=extend")) {
      visit.field("Give it").fill("3");
      visit.field("Unit").selectOption("days");
      visit.button("Move the deadline").click();

      assertThat(visit.page().locator(".state")).containsText("in 2 d 23 h");
    }
  }

  @Test
  void shouldCancelOnlyWhenItIsConfirmed() {
    register("act", "cancel", "");
    try (Visit visit = Visit.to(node.url()).open("trigger?project=act&key=cancel")) {
      visit.button("Cancel the wait…").click();
      visit.button("Keep it").click();
      assertThat(visit.page().locator(".state .badge")).hasText("Waiting");

      visit.button("Cancel the wait…").click();
      visit.button("Cancel the wait").click();
      assertThat(visit.page().locator(".state .badge")).hasText("Canceled");
      assertThat(visit.page().locator(".timeline .canceled")).containsText(":");
    }
  }

  @Test
  void shouldShowAnOlderWaitOfAKeyThatWaitsAgain() {
    register("again", "key", "");
    api.post("/v1/events/key/send?project_id=again", "{\"payload\":\"the first\"}");
    register("again", "key", "");
    try (Visit visit = Visit.to(node.url()).open("triggers?project=again")) {
      visit.row("Received").getByRole(AriaRole.LINK).click();

      visit.sees("The key has been registered again since.");
      visit.sees("\"the first\"");
      visit.link("Show the newest wait").click();
      assertThat(visit.page().locator(".state .badge")).hasText("Waiting");
    }
  }

  @Test
  void shouldSayWhatToDoWhenThereIsNoSuchKey() {
    try (Visit visit = Visit.to(node.url()).open("trigger?project=act&key=nothing")) {
      visit.sees("Check the event key and the project");
    }
  }

  @Test
  void shouldTakeNothingForMarkup() {
    String project = SCRIPT;
    String script = Api.quoted(SCRIPT);
    for (String field : new String[] {"workflow_run_id", "job_run_id", "workflow_step_run_id"}) {
      register(project, SCRIPT + field, ",\"%s\":%s".formatted(field, script));
    }
    register(
        project,
        SCRIPT,
        ",\"request_payload\":{%1$s:%1$s},\"timeout_payload\":%1$s,\"emit_key\":\"<b>\""
                .formatted(script)
            + ",\"payload_schema\":{\"title\":%s}".formatted(script));
    String address = "project=" + Api.encode(project);
    try (Visit visit =
        Visit.to(node.url(), Visit.PHONE, ColorScheme.DARK).open("triggers?" + address)) {
      assertThat(visit.link(SCRIPT)).isVisible();
      visit.checkAccess();

      visit.link(SCRIPT).click();
      assertThat(visit.heading(SCRIPT)).isVisible();
      visit.page().getByText("From a shell").click();
      visit.checkAccess();

      visit.button("Cancel the wait…").click();
      visit.checkAccess();
      visit.button("Cancel the wait").click();
      assertThat(visit.page().locator(".state .badge")).hasText("Canceled");
    }
  }

  @Test
  void shouldCancelThoseThatArePickedByKeyboardAndSayHowMany() {
    for (String key : new String[] {"a", "b", "c", "d"}) {
      register("many", key, "");
    }
    try (Visit visit = Visit.to(node.url()).open("triggers?project=many")) {
      visit.page().getByLabel("Select d", exact()).focus();
      for (String key : new String[] {"Space", "ArrowDown", "Shift+ArrowDown"}) {
        visit.page().keyboard().press(key);
      }
      visit.sees("3 selected");
      visit.button("Cancel…").focus();
      visit.page().keyboard().press("Enter");
      assertThat(visit.heading("Cancel 3 waits?")).isVisible();
      visit.button("Keep them").click();
      assertThat(visit.page().locator(".badge.waiting")).hasCount(4);
      visit.button("Cancel…").click();
      visit.button("Cancel 3 waits").click();

      visit.sees("3 waits canceled.");
      assertThat(visit.row("Canceled")).hasCount(3);
      assertThat(visit.page().locator(".badge.waiting")).hasCount(1);
      assertThat(visit.page().getByLabel("Select a", exact())).isVisible();
    }
  }

  @Test
  void shouldSendToThoseThatArePickedAndNameThoseThatRefuse() {
    register("some", "open:1", "");
    register("some", "strict" + SCRIPT, ",\"payload_schema\":" + SCHEMA);
    register("some", "open:2", "");
    try (Visit visit = Visit.to(node.url()).open("triggers?project=some")) {
      visit.page().getByLabel("Select all that wait here").check();
      visit.button("Move the deadline…").click();
      visit.field("Give them").fill("3");
      visit.field("Unit").selectOption("days");
      visit.button("Move 3 waits…").click();
      visit.button("Move 3 waits").click();
      visit.sees("3 waits moved.");
      assertThat(visit.row("strict")).containsText("in 2 d 23 h");

      visit.page().getByLabel("Select all that wait here").check();
      visit.button("Send…").click();
      visit.field("Payload for each of them, as JSON").fill("{\"amount\": 9007199254740993}");
      visit.button("Send to 3 waits…").click();
      visit.button("Send to 3 waits").click();

      assertThat(visit.page().getByRole(AriaRole.ALERT)).containsText("2 of 3 waits received it.");
      assertThat(visit.page().getByRole(AriaRole.ALERT)).containsText("strict" + SCRIPT);
      assertThat(visit.row("strict")).containsText("Waiting");
      visit.sees("1 selected");
    }
    assertThat(api.get("/v1/events/open%3A1?project_id=some").text()).contains("9007199254740993");
  }

  @Test
  void shouldBeUsableByKeyboardAlone() {
    register("keys", "only", "");
    try (Visit visit = Visit.to(node.url()).open("triggers?project=keys")) {
      assertThat(visit.row("only")).isVisible();
      visit.page().keyboard().press("Tab");
      assertThat(visit.link("Skip to the content")).isFocused();
      visit.page().keyboard().press("Enter");
      visit.link("only").focus();
      visit.page().keyboard().press("Enter");

      assertThat(visit.heading("only")).isFocused();
      visit.field("Answer, as JSON").focus();
      visit.page().keyboard().press("Tab");
      assertThat(visit.button("Send")).isFocused();
      visit.page().keyboard().press("Enter");
      assertThat(visit.page().locator(".state .badge")).hasText("Received");
    }
  }

  @Test
  void shouldLetNothingInline() {
    String policy = api.get("/").header("Content-Security-Policy");

    assertThat(policy)
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
  }

  @Test
  void shouldLetBrowsersKeepWhatHasNotChanged() {
    Api.Answer first = api.get("/console/main.js");

    assertThat(first.header("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(
            api.send(
                    api.request("/console/main.js")
                        .header("If-None-Match", first.header("ETag"))
                        .GET()
                        .build())
                .status())
        .isEqualTo(304);
    assertThat(api.get("/console/nothing.js").status()).isEqualTo(404);
  }

  private static Page.GetByLabelOptions exact() {
    return new Page.GetByLabelOptions().setExact(true);
  }

  private static void register(String project, String key, String more) {
    Api.Answer answer =
        api.post(
            "/v1/events",
            "{\"project_id\":%s,\"event_key\":%s%s}"
                .formatted(Api.quoted(project), Api.quoted(key), more));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }
}
