package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Purging: what became terminal long ago, nothing else, and the counts follow. */
@Timeout(60)
class PurgeTest {
  private static Database database;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    database = Database.create();
    node = Nodes.alone(database.url());
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldDeleteWhatBecameTerminalLongEnoughAgo() {
    inProject("days");
    old("days", "received", 31);
    old("days", "canceled", 30);
    old("days", "waiting", 400);

    Api.Answer answer = purge("{\"older_than_days\":30,\"project_id\":\"days\"}");

    assertThat(answer.text()).isEqualTo("{\"deleted\":2,\"dry_run\":false,\"would_delete\":2}");
    assertThat(api.get("/v1/events/received?project_id=days").status()).isEqualTo(404);
    assertThat(api.get("/v1/events/canceled?project_id=days").status()).isEqualTo(404);
    assertThat(api.get("/v1/events/waiting?project_id=days").status()).isEqualTo(200);
    Api.Answer stats = api.get("/v1/events/stats?project_id=days");
    assertThat(stats.field("total_count")).isEqualTo("1");
    assertThat(stats.field("waiting_count")).isEqualTo("1");
    assertThat(stats.json().get("avg_wait_duration_secs").asDouble()).isZero();
  }

  @Test
  void shouldKeepWhatWasRegisteredLongAgoButEndedLately() {
    inProject("late");
    old("late", "received", 100);
    database.execute(
        "UPDATE event_trigger SET finished_at = now() - interval '9 days 23 hours'"
            + " WHERE project_id = 'late' AND event_key = 'received'");

    assertThat(purge("{\"older_than_days\":10,\"project_id\":\"late\"}").field("deleted"))
        .isEqualTo("0");
    assertThat(purge("{\"older_than_days\":9,\"project_id\":\"late\"}").field("deleted"))
        .isEqualTo("1");
  }

  @Test
  void shouldOnlyCountInADryRun() {
    inProject("dry");
    old("dry", "received", 50);
    String before = database.state();

    Api.Answer answer = purge("{\"older_than_days\":30,\"dry_run\":true,\"project_id\":\"dry\"}");

    assertThat(answer.text()).isEqualTo("{\"deleted\":0,\"dry_run\":true,\"would_delete\":1}");
    assertThat(database.state()).isEqualTo(before);
  }

  @Test
  void shouldGoThroughAllProjectsWhenNoneIsNamed() {
    inProject("all1");
    inProject("all2");
    old("all1", "received", 36_501);
    old("all2", "canceled", 36_501);

    Api.Answer answer = purge("{\"older_than_days\":36500}");

    assertThat(answer.field("deleted")).isEqualTo("2");
    assertThat(api.get("/v1/events/stats?project_id=all1").field("received_count")).isEqualTo("0");
    assertThat(api.get("/v1/events/stats?project_id=all2").field("canceled_count")).isEqualTo("0");
  }

  @Test
  void shouldTakeTheProjectFromTheQueryToo() {
    inProject("query");
    old("query", "received", 50);

    Api.Answer answer =
        api.post("/v1/events/purge?project_id=query", "{\"older_than_days\":30,\"dry_run\":true}");

    assertThat(answer.field("would_delete")).isEqualTo("1");
  }

  @Test
  void shouldDeleteMoreThanOneStatementDoes() {
    database.execute(
        "INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type, status,"
            + " timeout_secs, expires_at, finished_at) SELECT 'bulk', now() - interval '50 days',"
            + " gen_random_uuid(), 'k' || n, 'job_run', 'canceled', 60, now() - interval '49"
            + " days', now() - interval '49 days' FROM generate_series(1, 25000) n");
    database.execute(
        "INSERT INTO event_stats (project_id, shard, canceled) VALUES ('bulk', 0, 25000)");

    Api.Answer answer = purge("{\"older_than_days\":30,\"project_id\":\"bulk\"}");

    assertThat(answer.field("deleted")).isEqualTo("25000");
    assertThat(api.get("/v1/events/stats?project_id=bulk").field("total_count")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"older_than_days\":0}",
        "{\"older_than_days\":-1}",
        "{\"older_than_days\":36501}",
        "{\"older_than_days\":1.5}",
        "{\"older_than_days\":\"30\"}",
        "{\"older_than_days\":null}",
        "{\"older_than_days\":30,\"dry_run\":\"true\"}",
        "{\"older_than_days\":30,\"dry_run\":null}",
        "{\"older_than_days\":30,\"dry_run\":1}",
        "{\"older_than_days\":30,\"dryrun\":true}",
        "{\"older_than_days\":30,\"project_id\":null}"
      })
  void shouldDeleteNothingWhenTheBodyIsWrong(String body) {
    String before = database.state();

    Api.Answer answer = purge(body);

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.field("code")).isEqualTo("bad_request");
    assertThat(database.state()).isEqualTo(before);
  }

  private static Api.Answer purge(String body) {
    return api.post("/v1/events/purge", body);
  }

  /** A trigger of each kind, its key being its status. */
  private static void inProject(String project) {
    for (String key : new String[] {"received", "canceled", "waiting"}) {
      api.post(
          "/v1/events", "{\"event_key\":\"%s\",\"project_id\":\"%s\"}".formatted(key, project));
    }
    api.post("/v1/events/received/send?project_id=" + project, "{}");
    api.delete("/v1/events/canceled?project_id=" + project);
  }

  /** Moves a trigger, all its times, and the deadline of one that waits far ahead. */
  private static void old(String project, String key, int days) {
    database.execute(
        """
        UPDATE event_trigger SET requested_at = requested_at - interval '%1$d days',
          finished_at = finished_at - interval '%1$d days'
        WHERE project_id = '%2$s' AND event_key = '%3$s'
        """
            .formatted(days, project, key));
  }
}
