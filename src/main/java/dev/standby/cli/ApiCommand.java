package dev.standby.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks a node: what all of these have comes last in their help. */
@CommandLine.Command(sortOptions = false)
abstract class ApiCommand implements Callable<Integer> {
  @Mixin private Connection connection;

  @Option(names = "--json", order = 50, description = "Prints JSON, as the API has it.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      order = 99,
      description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it.
  private boolean help;

  @Spec private CommandSpec spec;

  /** Where it reads and writes. */
  protected final Terminal terminal;

  ApiCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return run(connection.node(terminal));
  }

  /** Does it; gives the exit code. */
  abstract int run(Node node);

  /** Which node, and who asks. */
  final Connection connection() {
    return connection;
  }

  /** The project that is named; null for none. */
  final String project() {
    return connection.project(terminal);
  }

  /** The project that a list or the like is of; null for the one of whoever asks. */
  final String projectOf(Node node) {
    return connection.projectOf(node, terminal);
  }

  /** Whether JSON is asked for. */
  final boolean json() {
    return json;
  }

  /** Shows the one object that an answer is. */
  final int show(String object) {
    terminal.print(json ? Harmless.json(object) : Tables.ofFields(Json.fields(object)));
    return ExitCode.OK;
  }

  /** What the user has got wrong. */
  final CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  /**
   * JSON that was given for an option: itself, {@code @} and a file, or {@code -} for the standard
   * input; null for none.
   */
  final String payload(String option, String given) {
    if (given == null) {
      return null;
    }
    try {
      return Json.checked(Payloads.read(given, terminal));
    } catch (Trouble e) {
      throw usage(
          option + ": " + e.getMessage() + (Payloads.inline(given) ? Payloads.QUOTING : ""));
    }
  }
}
