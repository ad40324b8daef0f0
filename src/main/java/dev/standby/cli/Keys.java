package dev.standby.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "keys",
    description = {
      "Manages API keys: of the node that --url or STANDBY_URL names, which takes a key with the"
          + " scope admin; or else in the database that the settings name, as for the first key."
    },
    mixinStandardHelpOptions = true)
final class Keys {
  private Keys() {}

  static CommandLine command(Terminal terminal, LocalKeys local) {
    return new CommandLine(new Keys())
        .addSubcommand(new Create(terminal, local))
        .addSubcommand(new ListKeys(terminal, local))
        .addSubcommand(new Revoke(terminal, local));
  }

  /** A command for a node, or for the database if none is named. */
  private abstract static class KeyCommand extends ApiCommand {
    /** The keys of the database. */
    final LocalKeys local;

    KeyCommand(Terminal terminal, LocalKeys local) {
      super(terminal);
      this.local = local;
    }

    @Override
    public final Integer call() {
      if (connection().named(terminal)) {
        return super.call();
      }
      if (connection().meant()) {
        throw usage("Without --url or STANDBY_URL keys are managed in the database, without a key");
      }
      return runLocally();
    }

    abstract int runLocally();
  }

  @Command(name = "create", description = "Makes a key, and prints it. It can't be shown again.")
  private static final class Create extends KeyCommand {
    @Option(
        names = "--scope",
        paramLabel = "SCOPE",
        required = true,
        split = ",",
        description =
            "What it allows: events:read, events:register, events:send, events:cancel,"
                + " events:purge, admin. May be given several times.")
    private List<String> scopes;

    @Option(names = "--name", paramLabel = "TEXT", description = "What people call it.")
    private String name;

    @Option(
        names = "--event-key-prefix",
        paramLabel = "TEXT",
        description = "It is for event keys only that begin so.")
    private String prefix;

    @Option(
        names = "--expires-at",
        paramLabel = "TIME",
        description = "From when on it is refused: 2027-01-31T00:00:00Z.")
    private String expiresAt;

    @Mixin private Repeatable repeatable;

    Create(Terminal terminal, LocalKeys local) {
      super(terminal, local);
    }

    @Override
    int run(Node node) {
      String body =
          new JsonObject()
              .text("project_id", projectOf(node))
              .raw(
                  "scopes", "[" + String.join(",", scopes.stream().map(Json::quote).toList()) + "]")
              .text("name", name)
              .text("event_key_prefix", prefix)
              .text("expires_at", expiresAt)
              .end();
      return print(node.ask(repeatable.once(Request.post("/v1/keys", body))).body());
    }

    @Override
    int runLocally() {
      if (project() == null) {
        throw usage("Missing required option: '--project=PROJECT'");
      }
      return print(local.create(project(), scopes, name, prefix, expiresAt));
    }

    private int print(String key) {
      terminal.print(json() ? Harmless.json(key) : Json.text(Json.fields(key).get("key")));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "list",
      description = "Lists keys, newest first, those that are void as well. --json: one to a line.")
  private static final class ListKeys extends KeyCommand {
    private static final List<String> COLUMNS =
        List.of("id", "project_id", "scopes", "name", "event_key_prefix");
    private static final List<String> TIMES = List.of("created_at", "expires_at", "revoked_at");

    ListKeys(Terminal terminal, LocalKeys local) {
      super(terminal, local);
    }

    @Override
    int run(Node node) {
      List<String> keys = new ArrayList<>();
      Pages.read(
          node,
          () -> Request.get("/v1/keys").query("project_id", projectOf(node)),
          Pages.LARGEST,
          page -> {
            keys.addAll(page);
            return true;
          });
      return print(keys);
    }

    @Override
    int runLocally() {
      return print(local.list(project()));
    }

    private int print(List<String> keys) {
      if (json()) {
        keys.forEach(key -> terminal.print(Harmless.json(key)));
      } else {
        List<List<String>> rows = new ArrayList<>();
        rows.add(
            List.of("ID", "PROJECT", "SCOPES", "NAME", "PREFIX", "CREATED", "EXPIRES", "REVOKED"));
        keys.forEach(key -> rows.add(row(Json.fields(key))));
        terminal.print(Tables.of(rows));
      }
      return ExitCode.OK;
    }

    private static List<String> row(Map<String, String> key) {
      List<String> row = new ArrayList<>();
      for (String column : COLUMNS) {
        String value = key.get(column);
        row.add(
            column.equals("scopes")
                ? String.join(",", Json.elements(value).stream().map(Tables::shown).toList())
                : Tables.shown(value));
      }
      TIMES.forEach(column -> row.add(Times.shown(key.get(column))));
      return row;
    }
  }

  @Command(
      name = "revoke",
      description = "Revokes a key; every node refuses it two seconds later at the latest.")
  private static final class Revoke extends KeyCommand {
    @Parameters(paramLabel = "ID", description = "The key's id: what follows sb_.")
    private String id;

    Revoke(Terminal terminal, LocalKeys local) {
      super(terminal, local);
    }

    @Override
    int run(Node node) {
      return show(
          node.ask(
                  Request.delete("/v1/keys/" + Request.encode(id))
                      .query("project_id", projectOf(node)))
              .body());
    }

    @Override
    int runLocally() {
      return show(local.revoke(id));
    }
  }
}
