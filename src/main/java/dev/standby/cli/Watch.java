package dev.standby.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "watch",
    description = {
      "Follows a project: prints every change of its waits from now on, until Ctrl-C.",
      "What happens while the connection is broken is told when it is back."
    })
final class Watch extends ApiCommand {
  private static final int[] WIDTHS = {9, 0};

  @Mixin private Filters filters;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "Ends after so many changes.")
  private int count;

  @Mixin private Patience patience;

  private int seen;

  Watch(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Node node) {
    if (count < 0) {
      throw usage("--count must not be negative");
    }
    new EventStream(
            node,
            () -> filters.applyTo(Request.get("/v1/events").query("project_id", projectOf(node))),
            patience,
            terminal)
        .read(this::print);
    return ExitCode.OK;
  }

  private boolean print(EventStream.Frame frame) {
    if ("reset".equals(frame.event())) {
      terminal.complain(Json.text(Json.fields(frame.data()).get("detail")));
      return true;
    }
    terminal.print(json() ? Harmless.json(frame.data()) : line(Json.fields(frame.data())));
    terminal.flush();
    return ++seen != count;
  }

  private static String line(Map<String, String> trigger) {
    String by = trigger.getOrDefault("sent_by", trigger.get("canceled_by"));
    return Tables.line(
        List.of(
            Tables.shown(trigger.get("status")),
            Tables.shown(trigger.get("event_key"))
                + (by == null ? "" : "  by " + Tables.shown(by))),
        WIDTHS);
  }
}
