package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.standby.Standby;
import dev.standby.support.Await;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Retention: what ended long ago goes by itself, nothing else does, and the counts follow. */
@Timeout(60)
class RetentionTest {
  private Database database;

  @BeforeEach
  void schema() {
    database = Database.create();
    Nodes.alone(database.url()).close();
  }

  @Test
  void shouldDeleteNothingUnlessItIsTold() {
    ended("any", "old", 36_000, 10);

    try (Standby node = Nodes.alone(database.url())) {
      assertThat(node.url()).isNotEmpty();
    }

    assertThat(left("any")).isEqualTo(10);
  }

  @Test
  void shouldDeleteWhatEndedLongerAgo() {
    ended("a", "old", 31, 5_000);
    ended("a", "young", 29, 100);
    ended("b", "old", 31, 3);
    // They stand in the way: more of them than one piece looks at.
    waiting("a", 400, 4_500);
    late("a", 40);

    try (Standby node = retaining(Map.of("STANDBY_RETENTION_DAYS", "30"))) {
      Await.until(
          "both are clear", Duration.ofSeconds(20), () -> left("a") == 4_601 && left("b") == 0);
      assertThat(node.url()).isNotEmpty();
    }

    assertThat(of("a", "event_key LIKE 'old%'")).isZero();
    assertThat(of("a", "event_key LIKE 'young%'")).isEqualTo(100);
    assertThat(of("a", "status = 'waiting'")).isEqualTo(4_500);
    assertThat(of("a", "event_key = 'late'")).isEqualTo(1);
    new Ledger(database.url()).assertBalanced();
  }

  @Test
  void shouldFollowAProjectsOwnDays() {
    ended("short", "k", 8, 10);
    ended("kept", "k", 400, 10);
    ended("other", "k", 8, 10);

    try (Standby node =
        retaining(
            Map.of(
                "STANDBY_RETENTION_DAYS", "30", "STANDBY_RETENTION_PROJECTS", "short=7,kept=0"))) {
      Await.until("the short one is clear", Duration.ofSeconds(20), () -> left("short") == 0);
      assertThat(node.url()).isNotEmpty();
    }

    assertThat(left("kept")).isEqualTo(10);
    assertThat(left("other")).isEqualTo(10);
  }

  @Test
  void shouldGoOnWithTheOtherProjectsWhenOneCannotBeCleared() {
    ended("a", "old", 31, 5);
    ended("b", "old", 31, 5);
    database.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN RAISE EXCEPTION ''not that one''; END';"
            + " CREATE TRIGGER refuse BEFORE DELETE ON event_trigger FOR EACH ROW"
            + " WHEN (OLD.project_id = 'a') EXECUTE FUNCTION refuse()");

    try (Standby node = retaining(Map.of("STANDBY_RETENTION_DAYS", "30"))) {
      Await.until("the other is clear", Duration.ofSeconds(20), () -> left("b") == 0);
      assertThat(node.url()).isNotEmpty();
    }

    assertThat(left("a")).isEqualTo(5);
  }

  @Test
  void shouldShareTheWorkOfTwoNodes() {
    ended("a", "old", 31, 20_000);

    Map<String, String> settings = Map.of("STANDBY_RETENTION_DAYS", "30");
    try (Standby one = retaining(settings);
        Standby two = retaining(settings)) {
      Await.until("all is gone", Duration.ofSeconds(20), () -> left("a") == 0);
      assertThat(one.url()).isNotEqualTo(two.url());
    }

    new Ledger(database.url()).assertBalanced();
  }

  @Test
  void shouldSayInTheAuditLogWhatWasDeleted() {
    ended("a", "old", 31, 5);

    try (Standby node = retaining(Map.of("STANDBY_RETENTION_DAYS", "30", "STANDBY_AUTH", "keys"))) {
      Await.until("they are gone", Duration.ofSeconds(20), () -> left("a") == 0);
      assertThat(node.url()).isNotEmpty();
    }

    assertThat(
            database.text(
                "SELECT project_id || ' ' || actor || ' ' || action || ' ' || detail FROM audit"))
        .isEqualTo("a retention events.purge {\"older_than_days\":30,\"deleted\":5}");
    new OpenApiDocument()
        .checkComponent("Actor", TextNode.valueOf(database.text("SELECT actor FROM audit")));
  }

  private Standby retaining(Map<String, String> settings) {
    return Nodes.start(database.url(), new HashMap<>(settings));
  }

  private void ended(String project, String key, int days, int count) {
    insert(project, "'" + key + "' || n", "canceled", days, days - 0.1, count);
  }

  private void waiting(String project, int days, int count) {
    insert(project, "'waiting' || n", "waiting", days, null, count);
  }

  /** One that was registered long ago and ended today. */
  private void late(String project, int days) {
    insert(project, "'late'", "canceled", days, 0.01, 1);
  }

  private void insert(
      String project, String key, String status, double began, Double ended, int count) {
    database.execute(
        """
        INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type, status, timeout_secs,
          expires_at, finished_at)
        SELECT '%s', now() - interval '1 day' * %s - interval '1 us' * n, gen_random_uuid(), %s, 'job_run', '%s', 60,
          now() + interval '1 day', now() - interval '1 day' * %s FROM generate_series(1, %d) n
        """
            .formatted(project, began, key, status, ended, count));
    database.execute(
        "INSERT INTO event_stats (project_id, shard, %s) VALUES ('%s', 0, %d) ON CONFLICT (project_id, shard) DO UPDATE SET %1$s = event_stats.%1$s + excluded.%1$s"
            .formatted(status, project, count));
  }

  private long left(String project) {
    return of(project, "true");
  }

  private long of(String project, String condition) {
    return database.count(
        "SELECT count(*) FROM event_trigger WHERE project_id = '%s' AND %s"
            .formatted(project, condition));
  }
}
