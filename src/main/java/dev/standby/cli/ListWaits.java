package dev.standby.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = "Lists a project's waits, newest first, all pages. --json: one to a line.")
final class ListWaits extends ApiCommand {
  /** As wide as what stands in them: the last one is the key. */
  private static final int[] WIDTHS = {9, 20, 20, 0};

  @Mixin private Filters filters;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "0",
      description = "No more than that; all when not given.")
  private int limit;

  private int shown;

  ListWaits(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Node node) {
    if (limit < 0) {
      throw usage("--limit must not be negative");
    }
    int pageSize = limit > 0 ? Math.min(limit, Pages.LARGEST) : Pages.LARGEST;
    Pages.read(
        node,
        () -> filters.applyTo(Request.get("/v1/events").query("project_id", projectOf(node))),
        pageSize,
        this::print);
    return ExitCode.OK;
  }

  private boolean print(List<String> page) {
    if (!json() && shown == 0) {
      terminal.print(Tables.line(List.of("STATUS", "REQUESTED", "EXPIRES", "KEY"), WIDTHS));
    }
    for (String trigger : page) {
      if (limit > 0 && shown == limit) {
        return false;
      }
      terminal.print(json() ? Harmless.json(trigger) : line(Json.fields(trigger)));
      shown++;
    }
    terminal.flush();
    return limit == 0 || shown < limit;
  }

  private static String line(Map<String, String> trigger) {
    return Tables.line(
        List.of(
            Tables.shown(trigger.get("status")),
            Times.shown(trigger.get("requested_at")),
            Times.shown(trigger.get("expires_at")),
            Tables.shown(trigger.get("event_key"))),
        WIDTHS);
  }
}
