package dev.standby;

import dev.standby.cli.Commands;
import dev.standby.cli.Terminal;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command line of the jar. Without a command it runs a node.
 *
 * <p>Commands that ask a node must start fast: neither Vert.x nor a logger is loaded before a
 * command needs it, so no signature here may name one of their classes.
 */
@CommandLine.Command(
    name = "standby",
    description = "Durable waits for events from outside. Without a command: serve.",
    mixinStandardHelpOptions = true,
    versionProvider = Cli.Version.class,
    subcommands = {Cli.CallbackSecrets.class, Cli.WebhookSecrets.class})
public final class Cli implements Runnable {
  private boolean serving;

  private Cli() {}

  /** Carries out what the command line says; without a word it runs a node. */
  public static void main(String[] args) {
    Cli cli = new Cli();
    Terminal terminal = Terminal.ofProcess();
    CommandLine program = new CommandLine(cli);
    Commands.addTo(program, terminal, new StoreTool(), args);
    int exitCode = Commands.run(program, terminal, args);
    if (!cli.serving) {
      System.exit(exitCode);
    }
  }

  @Override
  public void run() {
    serve();
  }

  @CommandLine.Command(
      name = "serve",
      description = "Runs a node until the process is told to stop (SIGTERM, Ctrl-C).",
      mixinStandardHelpOptions = true)
  void serve() {
    Standby.serve();
    serving = true;
  }

  /** The version of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"standby " + version()};
    }
  }

  /** The version of the jar; "dev" outside of one. */
  static String version() {
    return Objects.requireNonNullElse(Cli.class.getPackage().getImplementationVersion(), "dev");
  }

  /** Manages what callback links are signed with. */
  @CommandLine.Command(
      name = "callback-secrets",
      description = "Manages what callback links are signed with.",
      mixinStandardHelpOptions = true)
  static final class CallbackSecrets {
    @CommandLine.Command(
        name = "rotate",
        description = "Signs with a new secret from now on.",
        mixinStandardHelpOptions = true)
    void rotate(
        @Option(
                names = "--overlap-secs",
                defaultValue = "86400",
                description =
                    "How long links that were signed before are good still; ${DEFAULT-VALUE} when"
                        + " not given.")
            int overlapSecs) {
      new StoreTool().rotateCallbackSecret(overlapSecs);
    }
  }

  /** Manages what webhook deliveries are signed with. */
  @CommandLine.Command(
      name = "webhook-secrets",
      description = "Manages what a project's webhook deliveries are signed with.",
      mixinStandardHelpOptions = true)
  static final class WebhookSecrets {
    @Spec private CommandSpec spec;

    @CommandLine.Command(
        name = "show",
        description = "Prints the secret, by which receivers verify deliveries.",
        mixinStandardHelpOptions = true)
    void show(
        @Option(names = "--project", required = true, description = "Whose.") String project) {
      print(new StoreTool().webhookSecret(project));
    }

    @CommandLine.Command(
        name = "rotate",
        description = "Makes a new secret, and prints it.",
        mixinStandardHelpOptions = true)
    void rotate(
        @Option(names = "--project", required = true, description = "Whose.") String project,
        @Option(
                names = "--overlap-secs",
                defaultValue = "86400",
                description =
                    "How long deliveries are signed with the old one as well; ${DEFAULT-VALUE} when"
                        + " not given.")
            int overlapSecs) {
      print(new StoreTool().rotateWebhookSecret(project, overlapSecs));
    }

    private void print(String secret) {
      spec.commandLine().getOut().println(secret);
    }
  }
}
