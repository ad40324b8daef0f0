package dev.standby.cli;

import picocli.CommandLine.Command;

@Command(name = "stats", description = "Counts a project's waits by status.")
final class Stats extends ApiCommand {
  Stats(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Node node) {
    return show(
        node.ask(Request.get("/v1/events/stats").query("project_id", projectOf(node))).body());
  }
}
