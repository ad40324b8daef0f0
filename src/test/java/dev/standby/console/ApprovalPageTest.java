package dev.standby.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody sees who got a link by mail, on a phone. */
@Timeout(60)
class ApprovalPageTest {
  private static final String SCRIPT = "<img src=x onerror=alert(1)>\"'<script>alert(2)</script>";

  private static final String SCHEMA =
      """
      {"title":"Approve order 1001?","type":"object","required":["approved","limit","urgent"],"properties":{
      "approved":{"type":"boolean","title":"May it be shipped?"},
      "urgent":{"type":"boolean"},
      "limit":{"type":"number","minimum":10},
      "tier":{"enum":["gold",7,null]},
      "by":{"type":"string","maxLength":50,"description":"Your name"},
      "note":{"type":"string"},
      "more":{"type":"object"}}}""";

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
  void shouldAskByTheSchemaAndPassOnWhatFitsIt() {
    String key = "schema";
    String link = link(key, "\"request_payload\":{\"amount\":129.50},\"payload_schema\":" + SCHEMA);
    try (Visit visit = Visit.to(node.url()).openPath(link)) {
      assertThat(visit.heading("Approve order 1001?")).isVisible();
      visit.sees("129.50");

      yes(visit, "approved");
      yes(visit, "urgent");
      visit.page().locator("[name='payload.limit']").fill("5");
      visit.page().locator("[name='payload.tier']").selectOption("7");
      visit.page().locator("[name='payload.note']").fill("a\nb");
      visit.page().locator("[name='payload.more']").fill("{\"n\":9007199254740993}");
      visit.button("Send").click();

      visit.sees("This can't be passed on yet:").sees("limit must be at least 10");
      visit.page().locator("[name='payload.limit']").fill("12,50");
      visit.button("Send").click();
      assertThat(visit.heading("Thank you")).isVisible();
    }
    assertThat(api.get(Api.path(key)).text())
        .contains(
            "\"response_payload\":{\"approved\":true,\"urgent\":true,\"limit\":12.50,\"tier\":7,"
                + "\"note\":\"a\\nb\",\"more\":{\"n\":9007199254740993}}");
  }

  @Test
  void shouldAnswerTheOnlyQuestionByOneTap() {
    String link =
        link(
            "tap",
            "\"payload_schema\":{\"required\":[\"approved\"],\"properties\":{\"approved\":"
                + "{\"type\":\"boolean\",\"title\":\"May it be shipped?\"}}}");
    try (Visit visit = Visit.to(node.url(), Visit.PHONE, ColorScheme.LIGHT).openPath(link)) {
      visit.sees("May it be shipped?");
      visit.button("Reject").click();
      assertThat(visit.heading("Thank you")).isVisible();
    }
    assertThat(api.get(Api.path("tap")).text())
        .contains("\"response_payload\":{\"approved\":false}");
  }

  @Test
  void shouldWorkWithoutScripts() {
    String link = link("plain", "\"request_payload\":" + Api.quoted(SCRIPT));
    try (BrowserContext context =
        Chromium.get().newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
      Page page = context.newPage();
      page.navigate(node.url() + link);
      page.getByLabel("Comment").fill("fine");
      page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Approve")).click();

      assertThat(page.getByRole(AriaRole.HEADING)).hasText("Thank you");
    }
    assertThat(api.get(Api.path("plain")).json().get("response_payload"))
        .isEqualTo(Api.json("{\"comment\":\"fine\",\"decision\":\"approve\"}"));
  }

  @Test
  void shouldSayThatItIsTooLateOrDone() {
    String answered = link("answered", "");
    String canceled = link("canceled", "");
    String late = link("late", "\"timeout_secs\":1");
    api.post("/v1/events/answered/send", "{}");
    api.delete("/v1/events/canceled");
    try (Visit visit = Visit.to(node.url(), Visit.PHONE, ColorScheme.DARK)) {
      visit.openPath(late).sees("Answer before");
      api.send(api.request("/v1/events/late").header("Prefer", "wait=10").GET().build());
      visit.button("Approve").click();
      visit.sees("It is too late").sees("Your answer was not passed on.");
      visit.openPath(answered).sees("This has been answered already");
      visit.openPath(canceled).sees("This is not needed any more");
      visit.openPath(answered + "A").sees("This link is not valid");
    }
  }

  @Test
  void shouldTakeNothingForMarkup() {
    String script = Api.quoted(SCRIPT);
    String link =
        link(
            SCRIPT,
            ("\"request_payload\":{\"title\":%1$s,%1$s:%1$s,\"list\":[%1$s]},\"payload_schema\":"
                    + "{\"properties\":{%1$s:{\"title\":%1$s,\"description\":%1$s,\"enum\":[%1$s]},"
                    + "\"n\":{\"type\":\"integer\",\"title\":%1$s}}}")
                .formatted(script));
    try (Visit visit = Visit.to(node.url(), Visit.PHONE, ColorScheme.LIGHT).openPath(link)) {
      assertThat(visit.heading(SCRIPT)).isVisible();
      visit.checkAccess();
      visit.page().locator("[name='payload.n']").fill(SCRIPT);
      visit.button("Send").click();

      visit.sees("This can't be passed on yet:");
      assertThat(visit.page().locator("[name='payload.n']")).hasValue(SCRIPT);
    }
  }

  @Test
  void shouldAskForJsonWhereTheSchemaNamesNoFields() {
    String link = link("list", "\"payload_schema\":{\"type\":\"array\"}");
    try (Visit visit = Visit.to(node.url()).openPath(link)) {
      visit.field("Your answer, as JSON").fill("[1,");
      visit.button("Send").click();
      visit.sees("must be JSON");
      visit.field("Your answer, as JSON").fill("[1, 2.0]");
      visit.button("Send").click();
      assertThat(visit.heading("Thank you")).isVisible();
    }
  }

  private static void yes(Visit visit, String field) {
    visit.page().locator("[name='payload." + field + "'][value=true]").check();
  }

  /** The path of a link. */
  private static String link(String key, String more) {
    Api.Answer answer =
        api.post(
            "/v1/events",
            "{\"event_key\":%s,\"callback\":true%s}"
                .formatted(Api.quoted(key), more.isEmpty() ? "" : "," + more));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.field("callback_url").replaceFirst("^https?://[^/]+", "");
  }
}
