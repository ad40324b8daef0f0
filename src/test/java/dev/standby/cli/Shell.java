package dev.standby.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.support.Api;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/** Runs commands in this process as a shell would: arguments, environment, and what it reads. */
final class Shell {
  private final Map<String, String> environment;
  private final String typed;
  private final boolean terminal;

  private Shell(Map<String, String> environment, String typed, boolean terminal) {
    this.environment = environment;
    this.typed = typed;
    this.terminal = terminal;
  }

  /** Commands for the node at that URL. */
  static Shell at(String url) {
    return new Shell(Map.of("STANDBY_URL", url), "", false);
  }

  /** The same with another variable. */
  Shell with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Shell(more, typed, terminal);
  }

  /** The same, with that on the standard input. */
  Shell typing(String text) {
    return new Shell(environment, text, terminal);
  }

  /** The same on a terminal, where somebody watches. */
  Shell onTerminal() {
    return new Shell(environment, typed, true);
  }

  /** What a command has done. */
  record Done(int exitCode, String out, String err) {
    /** The JSON that it has printed. */
    JsonNode json() {
      return Api.json(out);
    }

    /** The JSON on each line. */
    List<JsonNode> jsonLines() {
      return out.lines().map(Api::json).toList();
    }
  }

  /** A command that is being carried out. */
  static final class Running {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private CompletableFuture<Integer> exitCode;

    /** What it has said so far. */
    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }

    /** What it has printed so far. */
    String out() {
      return out.toString(StandardCharsets.UTF_8);
    }

    /** Whether it has ended. */
    boolean over() {
      return exitCode.isDone();
    }

    /** Waits for its end. */
    Done done() {
      return new Done(exitCode.join(), out(), err());
    }
  }

  /** Carries out a command. */
  Done run(String... args) {
    return start(args).done();
  }

  /** Begins to carry out a command. */
  Running start(String... args) {
    Running running = new Running();
    // A thread of its own: of the common pool there may be one, for all that waits.
    running.exitCode =
        CompletableFuture.supplyAsync(
            () -> run(running.out, running.err, args),
            task -> {
              Thread thread = new Thread(task, "cli");
              thread.setDaemon(true);
              thread.start();
            });
    return running;
  }

  /** Carries out a command that prints there. */
  int run(OutputStream out, OutputStream err, String... args) {
    InputStream in = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
    Terminal mine = new Terminal(in, out, err, environment, descriptor -> terminal);
    CommandLine program = new CommandLine(new Program());
    Commands.addTo(program, mine, new NoKeys(), args);
    return Commands.run(program, mine, args);
  }

  @CommandLine.Command(name = "standby")
  private static final class Program {}

  /** Only a process has a database of its own. */
  private static final class NoKeys implements LocalKeys {
    @Override
    public String create(
        String project, List<String> scopes, String name, String prefix, String expiresAt) {
      throw new AssertionError("not over HTTP");
    }

    @Override
    public List<String> list(String project) {
      throw new AssertionError("not over HTTP");
    }

    @Override
    public String revoke(String id) {
      throw new AssertionError("not over HTTP");
    }
  }
}
