package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The PostgreSQL that nodes bring along: it keeps what was acknowledged, lives as long as one of
 * its nodes, and never longer, however they end. All tests use one folder, as one machine would.
 */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
// With other classes, but one test after the other: they share a folder.
@ResourceLock("EmbeddedPostgresTest")
class EmbeddedPostgresTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int BY_SIGTERM = 128 + 15;
  private static final int BY_SIGINT = 128 + 2;

  @TempDir static Path folder;

  private final List<NodeProcess> nodes = new ArrayList<>();

  @AfterEach
  void noPostgresShouldBeLeftWhenNodesAreGone() {
    nodes.forEach(NodeProcess::close);
    assertThat(postmasters()).isEmpty();
  }

  @Test
  void shouldKeepDataAndStopPostgresWhenTerminated() {
    NodeProcess first = start();
    register(first, "kept");
    List<ProcessHandle> postgres = postgresProcesses();

    int exitCode = first.stop();

    assertThat(exitCode).isEqualTo(BY_SIGTERM);
    assertThat(postgres).hasSizeGreaterThan(1).noneMatch(EmbeddedPostgresTest::runs);
    assertWaits(start(), "kept");
  }

  @Test
  void shouldStopPostgresWhenInterrupted() {
    NodeProcess node = start();
    register(node, "interrupted");

    signal("INT", node.handle().pid());

    assertThat(node.awaitExit()).isEqualTo(BY_SIGINT);
    assertThat(postmasters()).isEmpty();
  }

  @Test
  void shouldStopInOrderWhenCtrlCReachesTheWholeProcessGroup() {
    NodeProcess node = start();
    register(node, "group");

    // What a terminal does: everybody in the group gets the signal, PostgreSQL too if it is in it.
    signal("INT", -node.handle().pid());

    assertThat(node.awaitExit()).isEqualTo(BY_SIGINT);
    assertThat(postmasters()).isEmpty();
    assertWaits(start(), "group");
  }

  @Test
  void shouldLeaveNoPostgresWhenToldToStopWhileItStarts() {
    NodeProcess node = launch();
    Await.until("postgres starts", LIMIT, () -> !postmasters().isEmpty());

    signal("TERM", node.handle().pid());

    node.awaitExit();
    assertThat(postmasters()).isEmpty();
  }

  @Test
  void shouldTakeOverThePostgresOfANodeThatWasKilled() {
    NodeProcess killed = start();
    register(killed, "survives");
    List<ProcessHandle> orphans = postmasters();
    killed.kill();

    NodeProcess next = start();

    assertWaits(next, "survives");
    assertThat(postmasters()).isEqualTo(orphans);
    next.stop();
    assertThat(orphans).hasSize(1).noneMatch(EmbeddedPostgresTest::runs);
  }

  @Test
  void shouldStartAgainWhenNodeAndPostgresWereBothKilled() {
    NodeProcess killed = start();
    register(killed, "after-power-cut");
    killed.kill();
    List<ProcessHandle> postgres = postgresProcesses();
    postgres.forEach(ProcessHandle::destroyForcibly);
    Await.until(
        "postgres is gone", LIMIT, () -> postgres.stream().noneMatch(EmbeddedPostgresTest::runs));

    assertWaits(start(), "after-power-cut");
  }

  @Test
  void shouldGoOnWhenTheNodeThatStartedItStops() {
    NodeProcess first = start();
    NodeProcess second = start();
    register(first, "shared");
    List<ProcessHandle> shared = postmasters();

    first.stop();

    assertThat(shared).hasSize(1).allMatch(EmbeddedPostgresTest::runs);
    assertWaits(second, "shared");
    register(second, "still-works");
    second.stop();
    assertThat(shared).noneMatch(EmbeddedPostgresTest::runs);
  }

  @Test
  void shouldShareOnePostgresWhenTwoNodesStartAtOnce() {
    NodeProcess one = launch();
    NodeProcess two = launch();

    register(one.awaitReady(), "at-once");

    assertWaits(two.awaitReady(), "at-once");
    assertThat(postmasters()).hasSize(1);
  }

  @Test
  void shouldBeAsDurableAsPostgresCanBe() throws SQLException, IOException {
    start();

    for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
      try (Connection connection = TestPostgres.connect(url());
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SHOW " + setting)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).as(setting).isEqualTo("on");
      }
    }
  }

  private NodeProcess start() {
    return launch().awaitReady();
  }

  /**
   * A node that leads a process group, and that Ctrl-C reaches even if it doesn't reach the tests.
   */
  private NodeProcess launch() {
    ProcessBuilder command =
        NodeProcess.command(Nodes.environment("", Map.of("STANDBY_DATA_DIR", folder.toString())));
    command.command().addAll(0, List.of("setsid", "env", "--default-signal=INT"));
    NodeProcess node = NodeProcess.launch(command);
    nodes.add(node);
    return node;
  }

  private static void register(NodeProcess node, String key) {
    assertThat(new Api(node.url()).register(key).status()).isEqualTo(201);
  }

  private static void assertWaits(NodeProcess node, String key) {
    Api.Answer answer = new Api(node.url()).get(Api.path(key));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("status")).isEqualTo("waiting");
  }

  /** Not so a process that has ended, and that its parent has not asked about yet. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().commandLine().isPresent();
  }

  private static List<ProcessHandle> postmasters() {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .commandLine()
                    .filter(
                        line -> line.contains("bin/postgres") && line.contains(folder.toString()))
                    .isPresent())
        .toList();
  }

  private static List<ProcessHandle> postgresProcesses() {
    List<ProcessHandle> all = new ArrayList<>(postmasters());
    postmasters().forEach(postmaster -> postmaster.descendants().forEach(all::add));
    return all;
  }

  /** Where it listens: the fourth line of {@code postmaster.pid} is the port. */
  private static String url() throws IOException {
    Path file = folder.resolve("postgres").resolve("postmaster.pid");
    return "postgresql://postgres@127.0.0.1:"
        + Files.readAllLines(file).get(3).trim()
        + "/postgres";
  }

  private static void signal(String name, long pid) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-s", name, "--", Long.toString(pid)).inheritIO().start();
      assertThat(kill.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(kill.exitValue()).isZero();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
