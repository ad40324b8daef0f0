package dev.standby.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** The commands that ask a node, and how a command line is carried out. */
public final class Commands {
  private Commands() {}

  /**
   * Adds the commands to the program's; if it is called with one of them, only that one, as each
   * costs some milliseconds at every start.
   */
  public static void addTo(
      CommandLine program, Terminal terminal, LocalKeys local, String... args) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("register", () -> new Register(terminal));
    commands.put("wait", () -> new Wait(terminal));
    commands.put("send", () -> new Send(terminal));
    commands.put("get", () -> new Get(terminal));
    commands.put("cancel", () -> new Cancel(terminal));
    commands.put("list", () -> new ListWaits(terminal));
    commands.put("watch", () -> new Watch(terminal));
    commands.put("stats", () -> new Stats(terminal));
    commands.put("purge", () -> new Purge(terminal));
    commands.put("held", () -> Held.command(terminal));
    commands.put("keys", () -> Keys.command(terminal, local));
    if (args.length > 0 && commands.containsKey(args[0])) {
      commands.keySet().retainAll(Set.of(args[0]));
    } else {
      // It names all of them.
      commands.put("completion", () -> new Completion(terminal));
    }
    commands.forEach((name, command) -> program.addSubcommand(name, command.get()));
  }

  /**
   * Carries out what the program is called with; what goes wrong is said in one line.
   *
   * @return the exit code
   */
  public static int run(CommandLine program, Terminal terminal, String... args) {
    for (String arg : args) {
      if (arg.indexOf('\uFFFD') >= 0) {
        // Java has read it in an encoding that it is not in: it would be another key.
        terminal.complain("An argument can't be read in this locale; set LC_ALL=C.UTF-8");
        return ExitCode.USAGE;
      }
    }
    program
        // @file is a payload's.
        .setExpandAtFiles(false)
        .setOut(terminal.writer())
        .setErr(terminal.errorWriter())
        .setParameterExceptionHandler((wrong, given) -> explain(wrong))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              if (failure instanceof BrokenPipe) {
                return ExitCodes.BROKEN_PIPE;
              }
              terminal.complain(
                  failure instanceof Trouble ? failure.getMessage() : failure.toString());
              return ExitCode.SOFTWARE;
            });
    abbreviate(program);
    int exitCode = program.execute(args);
    try {
      terminal.flush();
    } catch (BrokenPipe e) {
      return ExitCodes.BROKEN_PIPE;
    }
    return exitCode;
  }

  /** Says what is wrong with the arguments in few lines. */
  private static int explain(CommandLine.ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("standby: " + Harmless.text(wrong.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
    err.print("Usage: " + command.getHelp().synopsis(0));
    err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  private static void abbreviate(CommandLine command) {
    command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
    command.getSubcommands().values().forEach(Commands::abbreviate);
  }
}
