package dev.standby.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody has begun stays where they began it, and ends when they leave. */
@Timeout(60)
class LeavingTest {
  private static final int OLD = 24_000;

  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    Chromium.get();
    String database = TestPostgres.newDatabase();
    node = Nodes.alone(database);
    api = new Api(node.url());
    for (String project : new String[] {"here", "there"}) {
      // More than is purged at once, of two ages.
      TestPostgres.execute(
          database,
          ("INSERT INTO event_trigger (id, project_id, event_key, source_type, status, timeout_secs,"
                  + " requested_at, expires_at, finished_at) SELECT gen_random_uuid(), '%s', 'old:'"
                  + " || n, 'job_run', 'timed_out', 60, at - n * interval '1 millisecond', at, at"
                  + " FROM (SELECT n, now() - interval '1 day' * (1000 + n %% 2 * 800) AS at FROM"
                  + " generate_series(1, %d) n) old")
              .formatted(project, OLD));
    }
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldPurgeNothingMoreNorElsewhereWhenAnotherProjectIsPicked() {
    List<Route> looks = new ArrayList<>();
    List<String> purges = new ArrayList<>();
    try (Visit visit = purging(looks, purges)) {
      pick(visit, "there");
      letThrough(visit, looks.get(0));

      assertThat(looks).hasSize(1);
      assertThat(purges).isEmpty();
    }
  }

  @Test
  void shouldPurgeNothingMoreWhenItIsStoppedWhileItCounts() {
    List<Route> looks = new ArrayList<>();
    List<String> purges = new ArrayList<>();
    try (Visit visit = purging(looks, purges)) {
      visit.button("Stop").click();
      letThrough(visit, looks.get(0));

      visit.sees("Stopped: 0 of 24,000 triggers are deleted.");
      assertThat(purges).isEmpty();
    }
  }

  @Test
  void shouldCancelNothingMoreNorElsewhereWhenAnotherProjectIsPicked() {
    for (int i = 0; i < 6; i++) {
      register("left", "key-" + i, "");
      register("right", "key-" + i, "");
    }
    List<Route> held = new ArrayList<>();
    try (Visit visit = Visit.to(node.url()).open("triggers?project=left")) {
      hold(visit, request -> request.method().equals("DELETE"), held);
      visit.page().getByLabel("Select all that wait here").check();
      visit.button("Cancel…").click();
      visit.button("Cancel 6 waits").click();
      visit.page().waitForCondition(() -> held.size() == 4);
      pick(visit, "right");
      List.copyOf(held).forEach(route -> letThrough(visit, route));

      assertThat(held).hasSize(4);
    }
    assertThat(waiting("left")).isEqualTo(2);
    assertThat(waiting("right")).isEqualTo(6);
  }

  @Test
  void shouldNotGoOnAskingWhatThePageAskedThatWasLeft() {
    register("ask", "key", "");
    register("other", "key", "");
    try (Visit visit = Visit.to(node.url()).open("prefix?project=ask&prefix=key")) {
      visit.button("Send to 1 wait…").click();
      assertThat(visit.heading("Send to 1 wait?")).isVisible();
      visit.page().evaluate("location.hash = '#/prefix?project=other&prefix=key'");

      assertThat(visit.page().locator("dialog")).hasCount(0);
      assertThat(visit.button("Send to 1 wait…")).isVisible();
    }
    assertThat(waiting("ask")).isEqualTo(1);
    assertThat(waiting("other")).isEqualTo(1);
  }

  @Test
  void shouldShowNothingOfTheKeyThatWasShownBefore() {
    register("keys", "first", ",\"emit_key\":\"second\"");
    String second = register("keys", "second", ",\"request_payload\":\"of the second\"");
    List<Route> held = new ArrayList<>();
    try (Visit visit = Visit.to(node.url()).open("trigger?project=keys&key=first")) {
      hold(visit, request -> request.method().equals("PATCH"), held);
      visit.button("Move the deadline").click();
      visit.page().waitForCondition(() -> held.size() == 1);
      visit.link("second").click();
      visit.sees("of the second");
      letThrough(visit, held.get(0));

      assertThat(visit.heading("second")).isVisible();
      assertThat(visit.page().locator("dl")).containsText(second);
      visit.sees("of the second");
    }
  }

  /** A purge that is about to look how much the older half is. */
  private static Visit purging(List<Route> looks, List<String> purges) {
    Visit visit = Visit.to(node.url()).open("purge?project=here");
    visit.field("Ended more than").fill("900");
    visit.button("Look how many").click();
    visit.sees("24,000 triggers would be deleted.");
    visit
        .page()
        .route(
            "**/v1/events/purge?*",
            route -> {
              if (route.request().postData().contains("true")) {
                looks.add(route);
              } else {
                purges.add(route.request().url());
                route.abort();
              }
            });
    visit.button("Delete them…").click();
    visit.button("Delete them").click();
    visit.page().waitForCondition(() -> looks.size() == 1);
    return visit;
  }

  private static void hold(Visit visit, Predicate<Request> which, List<Route> held) {
    visit
        .page()
        .route(
            "**/v1/events/**",
            route -> {
              if (which.test(route.request())) {
                held.add(route);
              } else {
                route.resume();
              }
            });
  }

  private static void pick(Visit visit, String project) {
    visit.field("Project").fill(project);
    visit.field("Project").press("Enter");
    assertThat(visit.page()).hasURL(Pattern.compile("project=" + project));
  }

  /** Lets a request through, and comes back when the page has done whatever comes of the answer. */
  private static void letThrough(Visit visit, Route route) {
    Page page = visit.page();
    page.waitForRequestFinished(
        new Page.WaitForRequestFinishedOptions()
            .setPredicate(request -> request.equals(route.request())),
        route::resume);
    page.evaluate(
        "() => fetch('/v1/me').then(r => r.text()).then(() =>"
            + " new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r))))");
  }

  /** Registers a wait; gives its id. */
  private static String register(String project, String key, String more) {
    Api.Answer answer =
        api.post(
            "/v1/events",
            "{\"project_id\":\"%s\",\"event_key\":\"%s\"%s}".formatted(project, key, more));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.field("id");
  }

  private static int waiting(String project) {
    return api.get("/v1/events?status=waiting&project_id=" + project).json().path("data").size();
  }
}
