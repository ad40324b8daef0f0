package dev.standby;

import dev.standby.bus.Access;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.Operation;
import dev.standby.bus.Webhooks;
import dev.standby.config.ConfigException;
import dev.standby.config.Settings;
import dev.standby.trigger.ApiKey;
import dev.standby.trigger.Command;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Scope;
import io.vertx.core.Future;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the jar. Without a command it runs a node. */
@CommandLine.Command(
    name = "standby",
    description = "Durable waits for events from outside. Without a command: serve.",
    mixinStandardHelpOptions = true,
    versionProvider = Cli.Version.class,
    subcommands = {Cli.Keys.class, Cli.CallbackSecrets.class, Cli.WebhookSecrets.class})
final class Cli implements Runnable {
  private static final int PAGE = Command.ListPage.MAX_LIMIT;

  private boolean serving;

  /** Carries out a command; gives its exit code. */
  int run(String... args) {
    return new CommandLine(this)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println(complaint(failure));
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(args);
  }

  private static String complaint(Exception failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ConfigException || cause instanceof Rejection
        ? "Standby: " + cause.getMessage()
        : "Standby: " + cause;
  }

  /** Whether a node runs now, in this process. */
  boolean serving() {
    return serving;
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
      return new String[] {"standby " + Standby.version()};
    }
  }

  /** Asks the store of this machine's settings, without a node. */
  private static <T> T ask(Function<Bus, Future<T>> question) {
    try (Standby store = Standby.startStore(Settings.load(System.getenv()))) {
      return question
          .apply(Bus.local(store.vertx()))
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
  }

  /** Manages API keys. */
  @CommandLine.Command(
      name = "keys",
      description = "Manages API keys, in the database that the settings name.",
      mixinStandardHelpOptions = true)
  static final class Keys {
    @Spec private CommandSpec spec;

    @CommandLine.Command(
        name = "create",
        description = "Makes a key, and prints it. It can't be shown again.",
        mixinStandardHelpOptions = true)
    void create(
        @Option(names = "--project", required = true, description = "The project that it is for.")
            String project,
        @Option(
                names = "--scope",
                required = true,
                split = ",",
                description =
                    "What it allows: events:read, events:register, events:send, events:cancel,"
                        + " events:purge, admin. May be given several times.")
            List<String> scopes,
        @Option(names = "--name", description = "What people call it.") String name,
        @Option(
                names = "--event-key-prefix",
                description = "It is for event keys only that begin so.")
            String prefix,
        @Option(
                names = "--expires-at",
                description = "From when on it is refused: 2027-01-31T00:00:00Z.")
            String expiresAt) {
      Set<Scope> allowed = EnumSet.noneOf(Scope.class);
      scopes.forEach(scope -> allowed.add(Scope.ofCode(scope)));
      Instant end = Operation.dateTime("expires_at", expiresAt);
      ApiKey.Request request =
          new ApiKey.Request(project, name, allowed, prefix, end, Origin.COMMAND_LINE);
      Access.IssuedKey issued = ask(bus -> bus.askLocally(Addresses.ISSUE_KEY, request));
      out().println(issued.text());
    }

    @CommandLine.Command(
        name = "list",
        description = "Lists keys, newest first: id, project, scopes, and what else there is.",
        mixinStandardHelpOptions = true)
    void list(@Option(names = "--project", description = "Only that project's.") String project) {
      Access.KeyPage page =
          ask(
              bus ->
                  bus.askLocally(Addresses.LIST_KEYS, new Access.PageRequest(project, PAGE, null)));
      page.keys().forEach(key -> out().println(line(key)));
    }

    @CommandLine.Command(
        name = "revoke",
        description = "Revokes a key; every node refuses it two seconds later at the latest.",
        mixinStandardHelpOptions = true)
    void revoke(
        @Parameters(paramLabel = "ID", description = "The key's id: what follows sb_.") String id) {
      ApiKey key =
          ask(
              bus ->
                  bus.askLocally(
                      Addresses.REVOKE_KEY, new Access.Revocation(id, null, Origin.COMMAND_LINE)));
      out().println(line(key));
    }

    private static String line(ApiKey key) {
      return String.join(
          "\t",
          key.id(),
          key.projectId(),
          String.join(",", key.scopes().stream().sorted().map(Scope::code).toList()),
          "name=" + Objects.requireNonNullElse(key.name(), ""),
          "event_key_prefix=" + Objects.requireNonNullElse(key.keyPrefix(), ""),
          "created_at=" + key.createdAt(),
          "expires_at=" + Objects.toString(key.expiresAt(), ""),
          "revoked_at=" + Objects.toString(key.revokedAt(), ""));
    }

    private PrintWriter out() {
      return spec.commandLine().getOut();
    }
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
      if (overlapSecs < 0) {
        throw Rejection.badRequest("--overlap-secs must not be negative");
      }
      ask(bus -> bus.askLocally(Addresses.ROTATE_CALLBACK_SECRET, overlapSecs));
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
      print(
          bus ->
              bus.askLocally(
                  Addresses.REVEAL_WEBHOOK_SECRETS,
                  new Webhooks.Reveal(project, Origin.COMMAND_LINE)));
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
      print(
          bus ->
              bus.askLocally(
                  Addresses.ROTATE_WEBHOOK_SECRET,
                  new Webhooks.Rotation(project, overlapSecs, Origin.COMMAND_LINE)));
    }

    private void print(Function<Bus, Future<Webhooks.Secrets>> question) {
      spec.commandLine().getOut().println(ask(question).secrets().get(0).text());
    }
  }
}
