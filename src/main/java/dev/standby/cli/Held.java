package dev.standby.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "held",
    description = "Events that came before anybody waited for them, and are held.",
    mixinStandardHelpOptions = true)
final class Held {
  private Held() {}

  static CommandLine command(Terminal terminal) {
    return new CommandLine(new Held())
        .addSubcommand(new ListHeld(terminal))
        .addSubcommand(new DeleteHeld(terminal));
  }

  @Command(
      name = "list",
      description =
          "Lists the events that are held, newest first, all pages. --json: one to a line.")
  private static final class ListHeld extends ApiCommand {
    private static final int[] WIDTHS = {36, 20, 20, 0};

    @Option(
        names = "--prefix",
        paramLabel = "TEXT",
        description = "Only those whose key begins with this.")
    private String prefix;

    private boolean begun;

    ListHeld(Terminal terminal) {
      super(terminal);
    }

    @Override
    int run(Node node) {
      Pages.read(
          node,
          () ->
              Request.get("/v1/held")
                  .query("project_id", projectOf(node))
                  .query("event_key_prefix", prefix),
          Pages.LARGEST,
          this::print);
      return ExitCode.OK;
    }

    private boolean print(List<String> page) {
      if (!json() && !begun) {
        terminal.print(Tables.line(List.of("ID", "HELD", "UNTIL", "KEY"), WIDTHS));
      }
      begun = true;
      for (String event : page) {
        terminal.print(json() ? Harmless.json(event) : line(Json.fields(event)));
      }
      terminal.flush();
      return true;
    }

    private static String line(Map<String, String> event) {
      return Tables.line(
          List.of(
              Tables.shown(event.get("id")),
              Times.shown(event.get("held_at")),
              Times.shown(event.get("held_until")),
              Tables.shown(event.get("event_key"))),
          WIDTHS);
    }
  }

  @Command(name = "delete", description = "Takes back an event that is held.")
  private static final class DeleteHeld extends ApiCommand {
    @Parameters(paramLabel = "ID", description = "Its id, as the list shows it.")
    private String id;

    DeleteHeld(Terminal terminal) {
      super(terminal);
    }

    @Override
    int run(Node node) {
      return show(
          node.ask(Request.delete("/v1/held/" + Request.encode(id)).query("project_id", project()))
              .body());
    }
  }
}
