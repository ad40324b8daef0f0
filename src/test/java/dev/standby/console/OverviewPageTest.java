package dev.standby.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a project stands, at a glance. */
@Timeout(60)
class OverviewPageTest {
  private static String database;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    Chromium.get();
    database = TestPostgres.newDatabase();
    node = Nodes.alone(database);
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldCountWhatHappensAsItHappens() {
    String project = "live";
    register(project, "a", 600);
    register(project, "b", 60);
    try (Visit visit = Visit.to(node.url()).open("?project=" + project)) {
      assertThat(tile(visit, "Waiting")).containsText("2");
      assertThat(list(visit, "Ends next").getByRole(AriaRole.LISTITEM).first()).containsText("b");
      assertThat(list(visit, "Has waited longest").getByRole(AriaRole.LISTITEM).first())
          .containsText("a");

      register(project, "c", 5);
      send(project, "a");

      assertThat(tile(visit, "Received")).containsText("1");
      assertThat(list(visit, "Ends next").getByRole(AriaRole.LISTITEM).first()).containsText("c");
      visit.page().getByText("As a table").first().click();
      assertThat(visit.page().getByRole(AriaRole.TABLE).first()).containsText("1");
    }
  }

  @Test
  void shouldCountWhatEndedThoughMoreIsWaitingThanIsLookedAt() {
    TestPostgres.execute(
        database,
        "INSERT INTO event_trigger (id, project_id, event_key, source_type, status, timeout_secs,"
            + " requested_at, expires_at, finished_at) SELECT gen_random_uuid(), 'crowd', 'key-' ||"
            + " n, 'job_run', CASE WHEN n > 1500 THEN 'canceled' ELSE 'waiting' END, 86400, now() -"
            + " n * interval '1 second', now() + interval '1 day', CASE WHEN n > 1500 THEN now() -"
            + " interval '3 minutes' END FROM generate_series(1, 1507) n");
    TestPostgres.execute(
        database,
        "INSERT INTO event_stats (project_id, shard, waiting, canceled) VALUES ('crowd', 1, 1500,"
            + " 7)");
    try (Visit visit = Visit.to(node.url()).open("overview?project=crowd")) {
      visit.page().getByText("As a table").first().click();
      assertThat(visit.page().getByRole(AriaRole.TABLE).first()).containsText("7");
      assertThat(visit.page().getByText("The last hour.")).isVisible();
    }
  }

  @Test
  void shouldFindTheOldestOfManyThatWait() {
    TestPostgres.execute(
        database,
        "INSERT INTO event_trigger (id, project_id, event_key, source_type, status, timeout_secs,"
            + " requested_at, expires_at) SELECT gen_random_uuid(), 'many', 'key-' || n,"
            + " 'job_run', 'waiting', 86400, now() - n * interval '1 minute', now() + n * interval"
            + " '1 minute' FROM generate_series(1, 3000) n");
    try (Visit visit = Visit.to(node.url()).open("overview?project=many")) {
      assertThat(list(visit, "Has waited longest").getByRole(AriaRole.LINK).first())
          .hasText("key-3000");
      assertThat(list(visit, "Ends next").getByRole(AriaRole.LINK).first()).hasText("key-1");
    }
  }

  @Test
  void shouldSayWhyAKeyForSomeEventKeysSeesNoCounts() {
    Standby guarded = Nodes.start(database, Map.of("STANDBY_AUTH", "keys"));
    try (Visit visit = Visit.to(guarded.url()).open("overview")) {
      visit.field("API key").fill(Keys.confined(guarded, "shop", "order:"));
      visit.button("Log in").click();

      visit.sees("Counts are of the whole project");
    } finally {
      guarded.close();
    }
  }

  private static Locator tile(Visit visit, String name) {
    return visit.page().locator(".tile").filter(new Locator.FilterOptions().setHasText(name));
  }

  private static Locator list(Visit visit, String title) {
    return visit
        .page()
        .locator("section")
        .filter(
            new Locator.FilterOptions()
                .setHas(
                    visit
                        .page()
                        .getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(title))));
  }

  private static void register(String project, String key, int timeoutSecs) {
    api.post(
        "/v1/events",
        "{\"project_id\":\"%s\",\"event_key\":\"%s\",\"timeout_secs\":%d}"
            .formatted(project, key, timeoutSecs));
  }

  private static void send(String project, String key) {
    api.post("/v1/events/" + key + "/send?project_id=" + project, "{}");
  }
}
