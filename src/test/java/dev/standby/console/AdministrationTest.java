package dev.standby.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What concerns many triggers at once, or the whole project. */
@Timeout(60)
class AdministrationTest {
  private static final String SCRIPT = "<img src=x onerror=alert(1)>\"'<script>alert(2)</script>";

  private static String database;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    Chromium.get();
    database = TestPostgres.newDatabase();
    node = Nodes.start(database, Map.of("STANDBY_AUTH", "keys"));
    api = new Api(node.url()).with(Keys.all(node, "shop"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldShowWhatAPrefixSendHitsBeforeItIsSent() {
    register("batch:1");
    register("batch:2");
    register("batch%");
    try (Visit visit = visit("prefix")) {
      visit.field("Event keys that begin with").fill("batch:");
      assertThat(visit.heading("It would hit 2 waits")).isVisible();
      assertThat(visit.link("batch:1")).isVisible();
      assertThat(visit.page()).hasURL(Pattern.compile("prefix=batch"));

      register("batch:3");
      assertThat(visit.heading("It would hit 3 waits")).isVisible();

      visit.field("Payload, as JSON").fill("{\"n\": }");
      visit.button("Send to 3 waits…").click();
      visit.sees("This is not JSON");
      visit.field("Payload, as JSON").fill("{\"n\": 1.50}");
      visit.button("Send to 3 waits…").click();
      visit.button("Don’t send").click();
      assertThat(status("batch:1")).isEqualTo("waiting");
      visit.button("Send to 3 waits…").click();
      visit.button("Send to all of them").click();
      visit.sees("3 received it");
      visit.sees("Nothing that begins so waits for an event.");
    }
    assertThat(api.get("/v1/events/batch%3A3").text()).contains("{\"n\":1.50}");
    assertThat(status("batch%")).isEqualTo("waiting");
  }

  @Test
  void shouldPurgeOnlyAfterALook() {
    TestPostgres.execute(
        database,
        "INSERT INTO event_trigger (id, project_id, event_key, source_type, status, timeout_secs,"
            + " requested_at, expires_at, finished_at) SELECT gen_random_uuid(), 'shop', 'old:' ||"
            + " n, 'job_run', 'timed_out', 60, now() - interval '100 days' - n * interval '1"
            + " second', now() - interval '100 days', now() - interval '100 days' FROM"
            + " generate_series(1, 7) n");
    try (Visit visit = visit("purge")) {
      visit.field("Ended more than").fill("90");
      visit.button("Look how many").click();
      visit.sees("7 triggers would be deleted.");

      visit.button("Delete them…").click();
      visit.button("Keep them").click();
      visit.button("Delete them…").click();
      visit.button("Delete them").click();
      visit.sees("7 triggers are deleted.");
    }
  }

  /** Three times what is deleted at once, each of another age. */
  @Test
  void shouldCountWhatIsPurgedAndStopWhenToldTo() {
    TestPostgres.execute(
        database,
        "INSERT INTO event_trigger (id, project_id, event_key, source_type, status, timeout_secs,"
            + " requested_at, expires_at, finished_at) SELECT gen_random_uuid(), 'shop', 'ages:' ||"
            + " n, 'job_run', 'timed_out', 60, at - n * interval '1 millisecond', at, at FROM (SELECT"
            + " n, now() - interval '1 day' * (1000 + n % 3 * 400) AS at FROM generate_series(1,"
            + " 36000) n) old");
    List<Route> held = new ArrayList<>();
    try (Visit visit = visit("purge")) {
      visit.field("Ended more than").fill("900");
      visit.button("Look how many").click();
      visit.sees("36,000 triggers would be deleted.");
      visit.page().route("**/v1/events/purge?*", route -> holdPurges(route, held));
      visit.button("Delete them…").click();
      visit.button("Delete them").click();
      visit.sees("0 of 36,000 deleted");
      visit.page().waitForCondition(() -> held.size() == 1);
      held.get(0).resume();
      visit.page().waitForCondition(() -> held.size() == 2);
      visit.sees("12,000 of 36,000 deleted,");
      visit.button("Stop").click();
      visit.sees("It stops after the piece");
      held.get(1).resume();
      visit.sees("Stopped: 24,000 of 36,000 triggers are deleted.");
    }
  }

  @Test
  void shouldShowHeldEventsAndDeleteThem() {
    try (Visit visit = visit("held")) {
      visit.sees("No event is held");
      assertThat(visit.page().getByLabel("the command that sends early").first())
          .containsText("Bearer $STANDBY_API_KEY");

      hold(SCRIPT);
      visit.page().reload();
      assertThat(visit.row(SCRIPT).first()).isVisible();
      visit.button("Delete the event for " + SCRIPT).click();
      visit.button("Delete the event").click();
      visit.sees("No event is held");
    }
  }

  @Test
  void shouldShowANewKeyOnceAndRevokeIt() {
    String name = SCRIPT;
    try (Visit visit = visit("keys")) {
      visit.page().getByText("Create a key").click();
      visit.field("Name").fill(name);
      visit.page().getByLabel("look at triggers").check();
      visit.button("Create the key").click();

      Locator secret = visit.page().getByLabel("the new key").first();
      assertThat(secret).hasText(Pattern.compile("^sb_[0-9a-f]{16}_.{43}$"));
      Api made = new Api(node.url()).with(secret.textContent());
      assertThat(made.get("/v1/me").text()).contains("[\"events:read\"]");
      visit.button("I have copied it").click();
      assertThat(secret).hasCount(0);

      visit.button("Revoke " + name).click();
      visit.button("Revoke the key").click();
      assertThat(visit.row(name)).containsText("Revoked");
    }
  }

  @Test
  void shouldShowWhoDidWhat() {
    register("audited" + SCRIPT);
    try (Visit visit = visit("audit")) {
      assertThat(visit.row("audited" + SCRIPT)).containsText("events.register");
    }
  }

  @Test
  void shouldMakeALinkForThoseWithoutAKey() {
    register("linked");
    try (Visit visit = visit("trigger?key=linked", Visit.PHONE, ColorScheme.DARK)) {
      visit.button("Make a link").click();
      String link = visit.page().getByLabel("the callback link").first().textContent();
      assertThat(visit.page().getByLabel("The link as a QR code")).isVisible();

      assertThat(new Api(node.url()).post(link.replace(node.url(), ""), "{}").status())
          .isEqualTo(200);
      visit.sees("whoever had the callback link");
    }
  }

  @Test
  void shouldShowWhatBecameOfWebhooksAndTryAgain() {
    api.post("/v1/events", "{\"event_key\":\"hook\",\"notify_url\":\"http://127.0.0.1:9/hook\"}");
    api.post("/v1/events/hook/send", "{}");
    try (Visit visit = visit("trigger?key=hook")) {
      visit.sees("1 attempt");
      visit.button("Try again now").click();
      visit.sees("2 attempts");
    }
  }

  @Test
  void shouldOfferNoPageThatTheKeyCannotUse() {
    try (Visit visit = Visit.to(node.url()).open("keys")) {
      logIn(visit, Keys.of(node, "shop", Scope.READ));

      visit.sees("This needs the scope admin");
      assertThat(visit.link("Held events")).isVisible();
      for (String page : new String[] {"Prefix send", "Purge", "API keys", "Audit log"}) {
        assertThat(visit.link(page)).hasCount(0);
      }
    }
  }

  /** Lets what only counts pass. */
  private static void holdPurges(Route route, List<Route> held) {
    if (route.request().postData().contains("true")) {
      route.resume();
    } else {
      held.add(route);
    }
  }

  private static Visit visit(String address) {
    return visit(address, Visit.DESK, ColorScheme.LIGHT);
  }

  private static Visit visit(String address, int width, ColorScheme scheme) {
    Visit visit = Visit.to(node.url(), width, scheme).open(address);
    logIn(visit, Keys.all(node, "shop"));
    assertThat(visit.page().locator("h1")).isVisible();
    return visit;
  }

  private static void logIn(Visit visit, String key) {
    visit.field("API key").fill(key);
    visit.button("Log in").click();
  }

  private static void register(String key) {
    Api.Answer answer = api.post("/v1/events", "{\"event_key\":" + Api.quoted(key) + "}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }

  private static void hold(String key) {
    api.post(Api.path(key) + "/send", "{\"hold_secs\":600,\"payload\":" + Api.quoted(key) + "}");
  }

  private static String status(String key) {
    return api.get(Api.path(key)).field("status");
  }
}
