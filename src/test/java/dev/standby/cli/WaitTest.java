package dev.standby.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.OneNode;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code wait}: what it prints, and what its exit code says. */
@Timeout(60)
class WaitTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @RegisterExtension static final OneNode NODE = new OneNode();

  private Api api;
  private Shell shell;

  @BeforeEach
  void connect() {
    api = NODE.api();
    shell = Shell.at(NODE.node().url());
  }

  private void awaitRegistered(String key) {
    Await.until(
        "it is registered", LIMIT, () -> "waiting".equals(api.get(Api.path(key)).field("status")));
  }

  @Test
  void shouldRegisterWaitAndPrintThePayload() {
    Shell.Running waiting = shell.start("wait", "a", "--register", "--timeout-secs", "60");
    awaitRegistered("a");
    api.post(Api.path("a") + "/send", "{\"payload\":{\"n\":1.00}}");

    Shell.Done done = waiting.done();

    assertThat(done).isEqualTo(new Shell.Done(0, "{\"n\":1.00}\n", ""));
  }

  @Test
  void shouldWaitForWhatOthersHaveRegistered() {
    api.register("b");
    Shell.Running waiting = shell.start("wait", "b", "--json");
    api.post(Api.path("b") + "/send", "{\"payload\":\"now\"}");

    assertThat(waiting.done().json()).isEqualTo(api.get(Api.path("b")).json());
    // It has ended: once more is once more the same.
    assertThat(shell.run("wait", "b").out()).isEqualTo("\"now\"\n");
    assertThat(shell.run("wait", "b", "--raw").out()).isEqualTo("now\n");
  }

  @Test
  void shouldPrintNothingWhenNothingWasSent() {
    api.register("c");
    api.post(Api.path("c") + "/send", "{}");

    assertThat(shell.run("wait", "c")).isEqualTo(new Shell.Done(0, "", ""));
  }

  @Test
  void shouldTellTimedOutAndCanceledByTheExitCode() {
    Shell.Running late =
        shell.start(
            "wait", "late", "--register", "--timeout-secs", "1", "--timeout-payload", "false");
    Shell.Running canceled = shell.start("wait", "canceled", "--register");
    awaitRegistered("canceled");
    api.delete(Api.path("canceled"));

    assertThat(canceled.done())
        .isEqualTo(new Shell.Done(4, "", "standby: 'canceled': canceled by user\n"));
    assertThat(late.done())
        .isEqualTo(new Shell.Done(3, "false\n", "standby: 'late': event trigger timed out\n"));
  }

  @Test
  void shouldFailAtOnceForAKeyThatNobodyHasRegistered() {
    Shell.Done done = shell.run("wait", "nobody");

    assertThat(done.exitCode()).isEqualTo(1);
    assertThat(done.err()).contains("nobody", "--register").hasLineCount(1);
  }

  @Test
  void shouldJoinAWaitThatIsRegisteredAlikeAndNoOther() {
    Shell.Running first = shell.start("wait", "joined", "--register");
    awaitRegistered("joined");

    Shell.Running second = shell.start("wait", "joined", "--register");
    Shell.Done other = shell.run("wait", "joined", "--register", "--timeout-secs", "7");
    api.post(Api.path("joined") + "/send", "{\"payload\":1}");

    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("409");
    assertThat(first.done().out()).isEqualTo("1\n");
    assertThat(second.done().out()).isIn("1\n");
  }

  @Test
  void shouldFindTheWaitOfAnEarlierRunWhoseKeyIsTakenAnew() {
    String[] command = {"wait", "again", "--register", "--idempotency-key", "run-1"};
    Shell.Running first = shell.start(command);
    awaitRegistered("again");
    api.post(Api.path("again") + "/send", "{\"payload\":\"first\"}");
    first.done();
    api.register("again");

    Shell.Done repeated = shell.run(command);

    assertThat(repeated).isEqualTo(new Shell.Done(0, "\"first\"\n", ""));
    api.delete(Api.path("again"));
  }

  @Test
  void shouldShowWhoeverWatchesHowLongItTakesStill() {
    Shell.Running waiting =
        shell.onTerminal().start("wait", "shown", "--register", "--timeout-secs", "90061");
    Await.until("it counts", LIMIT, () -> waiting.err().contains(" left"));
    awaitRegistered("shown");
    api.post(Api.path("shown") + "/send", "{\"payload\":1}");

    Shell.Done done = waiting.done();

    assertThat(done.out()).isEqualTo("1\n");
    assertThat(done.err())
        .containsPattern("\rWaiting for shown, 1 d 1:0[01]:\\d\\d left")
        .endsWith("\r");
  }
}
