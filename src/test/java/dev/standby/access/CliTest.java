package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Ledger;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The command line manages keys in the database, whether a node runs or not. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class CliTest {
  private final String database = TestPostgres.newDatabase();

  /** What a command has done. */
  private record Done(int exitCode, String out, String err) {}

  @Test
  void shouldMakeTheFirstKeyAndRevokeIt() throws Exception {
    // No node has ever run: the command makes the schema as well.
    Done created = run("keys", "create", "--project", "shop", "--scope", "admin,events:read");
    assertThat(created.exitCode()).as(created.err()).isZero();
    assertThat(created.out()).matches("sb_[0-9a-f]{16}_[0-9A-Za-z_-]{43}\n");
    String key = created.out().strip();

    try (NodeProcess node =
        NodeProcess.start(Nodes.environment(database, Map.of("STANDBY_AUTH", "keys")))) {
      Api api = new Api(node.url()).with(key);
      assertThat(api.get("/v1/events/stats").status()).isEqualTo(200);
      assertThat(api.get("/v1/keys").json().at("/data/0/created_by").asText()).isEqualTo("cli");
      assertThat(run("keys", "list", "--project", "shop").out())
          .contains(key.substring(3, 19), "admin", "events:read")
          .doesNotContain(key.substring(20));

      Done revoked = run("keys", "revoke", key.substring(3, 19));

      assertThat(revoked.exitCode()).as(revoked.err()).isZero();
      Await.until(
          "the key is refused",
          Duration.ofSeconds(10),
          () -> api.get("/v1/events/stats").status() == 401);
    }
  }

  @Test
  void shouldShowAndReplaceTheWebhookSecretOfAProject() throws Exception {
    Done first = run("webhook-secrets", "show", "--project", "shop");
    Done rotated = run("webhook-secrets", "rotate", "--project", "shop", "--overlap-secs", "3600");
    Done shown = run("webhook-secrets", "show", "--project", "shop");

    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out()).matches("whsec_[0-9A-Za-z+/]{43}=\n");
    assertThat(rotated.out()).matches("whsec_[0-9A-Za-z+/]{43}=\n").isNotEqualTo(first.out());
    assertThat(shown.out()).isEqualTo(rotated.out());
  }

  @Test
  void shouldSayWhatIsWrongInOneLineAndNotPrintAnythingElse() throws Exception {
    Done scope = run("keys", "create", "--project", "p", "--scope", "everything");
    Done expired =
        run(
            "keys",
            "create",
            "--project",
            "p",
            "--scope",
            "admin",
            "--expires-at",
            "2020-01-01T00:00:00Z");
    Done unknown = run("keys", "revoke", "0123456789abcdef");
    Done missing = run("keys", "create", "--project", "p");

    assertThat(scope.err()).contains("everything");
    assertThat(expired.err()).contains("expires_at");
    assertThat(unknown.err()).contains("0123456789abcdef");
    assertThat(missing.err()).contains("--scope", "Usage:");
    for (Done done : new Done[] {scope, expired, unknown, missing}) {
      assertThat(done.exitCode()).isNotZero();
      assertThat(done.out()).isEmpty();
      assertThat(done.err()).doesNotContain("\tat ", "dev.standby.");
    }
  }

  @Test
  void shouldLeaveWhatIsOldToNodesWhichMayBeSetToKeepItLonger() throws Exception {
    run("keys", "list", "--project", "shop");
    TestPostgres.execute(
        database,
        "CREATE TABLE audit_20200101 PARTITION OF audit FOR VALUES FROM ('2020-01-01Z') TO ('2020-01-02Z')");

    assertThat(run("keys", "list", "--project", "shop").exitCode()).isZero();

    assertThat(new Ledger(database).query("SELECT to_regclass('audit_20200101')"))
        .containsExactly("audit_20200101");
  }

  @Test
  void shouldWorkWhereANodeWouldHaveToBeToldWhoMayComeIn() throws Exception {
    Done listed = run(Map.of("STANDBY_HTTP_HOST", "0.0.0.0"), "keys", "list", "--project", "shop");

    assertThat(listed.exitCode()).as(listed.err()).isZero();
  }

  private Done run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), arguments);
  }

  private Done run(Map<String, String> settings, String... arguments)
      throws IOException, InterruptedException {
    Process process = NodeProcess.command(Nodes.environment(database, settings), arguments).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Done(process.exitValue(), out, err);
  }
}
