package dev.standby.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.NodeProcess;
import dev.standby.support.OneNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: what it loads, signals, pipes, terminals, completion. */
@Timeout(120)
class ProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension static final OneNode NODE = new OneNode();

  @TempDir private Path folder;
  private Api api;

  @BeforeEach
  void connect() {
    api = NODE.api();
  }

  private record Done(int exitCode, String out, String err) {}

  private static ProcessBuilder command(String... args) {
    return NodeProcess.command(Map.of("STANDBY_URL", NODE.node().url()), args);
  }

  private Done run(ProcessBuilder command) throws IOException, InterruptedException {
    Path err = folder.resolve("err");
    Process process = command.redirectError(err.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return new Done(process.exitValue(), out, Files.readString(err));
  }

  /** The command within a line of the shell, as {@code "$@"}. */
  private static ProcessBuilder inShell(String line, ProcessBuilder command) {
    List<String> words = new ArrayList<>(List.of("bash", "-c", line, "bash"));
    words.addAll(command.command());
    return command.command(words);
  }

  @Test
  void shouldLoadNothingOfANode() throws Exception {
    Path loaded = folder.resolve("loaded");
    ProcessBuilder get = command("stats", "--json");
    get.environment().put("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded);

    Done done = run(get);

    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(Api.json(done.out()).has("total_count")).isTrue();
    assertThat(Files.readString(loaded))
        .contains("dev.standby.cli.Stats ")
        .doesNotContain(
            "io.vertx.",
            "io.netty.",
            "com.hazelcast.",
            "org.postgresql.",
            "org.slf4j.",
            "ch.qos.logback.",
            "dev.standby.bus.",
            "jackson.databind.");
  }

  @Test
  void shouldEndQuietlyInAPipeThatIsClosed() throws Exception {
    // More than a pipe holds.
    for (int i = 0; i < 40; i++) {
      api.post(
          "/v1/events",
          "{\"event_key\":\"p%d\",\"request_payload\":\"%s\"}".formatted(i, "x".repeat(10_000)));
    }

    Done done =
        run(inShell("\"$@\" | head -n 1; echo ${PIPESTATUS[0]}", command("list", "--json")));

    assertThat(done.out()).endsWith("\n141\n").hasLineCount(2);
    assertThat(done.err()).isEmpty();
  }

  @Test
  void shouldEndOnControlC() throws Exception {
    ProcessBuilder wait = command("wait", "ctrl-c", "--register");
    // Maven may have been started where the signal is ignored.
    wait.command().addAll(0, List.of("env", "--default-signal=INT"));
    Process process = wait.start();
    Await.until("it waits", LIMIT, () -> api.get(Api.path("ctrl-c")).status() == 200);

    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(api.get(Api.path("ctrl-c")).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldCountDownOnATerminal() throws Exception {
    ProcessBuilder wait = command("wait", "tty", "--register", "--timeout-secs", "1");

    Done done = run(inShell("script -qec \"${*@Q}\" /dev/null", wait));

    assertThat(done.exitCode()).isEqualTo(3);
    assertThat(done.out()).contains("Waiting for tty, 0:00:0", "event trigger timed out");
  }

  @Test
  void shouldCompleteWhatIsTyped() throws Exception {
    Done script = run(command("completion"));
    Path file = Files.writeString(folder.resolve("completion"), script.out());
    ProcessBuilder bash =
        new ProcessBuilder(
            "bash",
            "-c",
            "source "
                + file
                + "; compopt() { :; }; complete -p standby; COMP_WORDS=(standby wa); COMP_CWORD=1;"
                + " _complete_standby; echo \"${COMPREPLY[@]}\"; COMP_WORDS=(standby list --st);"
                + " COMP_CWORD=2; _complete_standby; echo \"${COMPREPLY[@]}\"");

    Done done = run(bash);

    assertThat(done.err()).isEmpty();
    assertThat(done.out().lines())
        .containsExactly(
            "complete -o default -F _complete_standby standby", "wait watch", "--status");
  }
}
