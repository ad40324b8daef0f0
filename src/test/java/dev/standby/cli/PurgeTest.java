package dev.standby.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.OneNode;
import dev.standby.support.TestPostgres;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code purge} counts, asks, and only then deletes. */
@Timeout(60)
class PurgeTest {
  @RegisterExtension static final OneNode NODE = new OneNode();

  private Api api;
  private Shell shell;

  @BeforeEach
  void fill() {
    api = NODE.api();
    shell = Shell.at(NODE.node().url());
    api.register("old");
    api.delete(Api.path("old"));
    api.register("young");
    api.delete(Api.path("young"));
    TestPostgres.execute(
        NODE.database(),
        "UPDATE event_trigger SET requested_at = requested_at - interval '40 days', expires_at ="
            + " expires_at - interval '40 days', finished_at = finished_at - interval '40 days'"
            + " WHERE event_key = 'old' AND requested_at > now() - interval '1 day'");
  }

  private boolean there(String key) {
    return api.get(Api.path(key)).status() == 200;
  }

  @Test
  void shouldOnlyCountInADryRun() {
    Shell.Done counted = shell.run("purge", "--older-than-days", "30", "--dry-run");
    Shell.Done json = shell.run("purge", "--older-than-days", "30", "--dry-run", "--json");

    assertThat(counted.exitCode()).isZero();
    assertThat(counted.out())
        .matches("[1-9]\\d* waits of project 'default' ended more than 30 days ago\n");
    assertThat(json.json())
        .isEqualTo(
            api.post("/v1/events/purge", "{\"older_than_days\":30,\"dry_run\":true}").json());
    assertThat(there("old")).isTrue();
  }

  @Test
  void shouldDeleteNothingWhereNobodyCanConfirmIt() {
    Shell.Done unasked = shell.typing("y\n").run("purge", "--older-than-days", "30");
    Shell.Done no = shell.typing("n\n").onTerminal().run("purge", "--older-than-days", "30");
    Shell.Done silent = shell.onTerminal().run("purge", "--older-than-days", "30");

    assertThat(unasked.exitCode()).isEqualTo(1);
    assertThat(unasked.err()).contains("--yes");
    assertThat(no.exitCode()).isEqualTo(1);
    assertThat(no.err()).contains("Delete them? [y/N]", "Nothing has been deleted");
    assertThat(silent.exitCode()).isEqualTo(1);
    assertThat(there("old")).isTrue();
  }

  @Test
  void shouldDeleteWhatIsConfirmed() {
    Shell.Done yes = shell.typing("y\n").onTerminal().run("purge", "--older-than-days", "30");
    boolean thereAfterYes = there("old");
    fill();
    Shell.Done unasked = shell.run("purge", "--older-than-days", "30", "--yes", "--json");

    assertThat(yes.exitCode()).isZero();
    assertThat(yes.out()).matches("\\d+ deleted\n");
    assertThat(thereAfterYes).isFalse();
    assertThat(unasked.json().path("deleted").asInt()).isEqualTo(1);
    assertThat(there("young")).isTrue();
    assertThat(shell.run("purge", "--older-than-days", "30").out()).startsWith("0 waits");
  }

  @Test
  void shouldShowHowFarItHasComeWhenThereIsMuch() {
    api.post("/v1/events", "{\"event_key\":\"waits\",\"project_id\":\"bulk\"}");
    TestPostgres.execute(
        NODE.database(),
        "INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type, status,"
            + " timeout_secs, expires_at, finished_at) SELECT 'bulk', now() - interval '90 days',"
            + " gen_random_uuid(), 'k' || n, 'job_run', 'canceled', 86400 * 80, now() - interval"
            + " '10 days', now() - make_interval(days => 31 + n / 5000)"
            + " FROM generate_series(0, 14999) n");
    TestPostgres.execute(
        NODE.database(),
        "INSERT INTO event_stats (project_id, shard, canceled) VALUES ('bulk', 0, 15000)");

    Shell.Done done =
        shell.onTerminal().run("purge", "--project", "bulk", "--older-than-days", "30", "--yes");

    assertThat(done.out()).isEqualTo("15000 deleted\n");
    // The oldest first: what ended 32 and 33 days ago, then the rest.
    assertThat(done.err())
        .contains("  66 %  10000 of 15000", " 100 %  15000 of 15000")
        .endsWith("\r");
  }
}
