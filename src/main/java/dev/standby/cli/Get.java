package dev.standby.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "get", description = "Shows the newest wait for a key.")
final class Get extends ApiCommand {
  @Parameters(paramLabel = "KEY", description = "The event key.")
  private String key;

  Get(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Node node) {
    return show(node.ask(Request.get(Request.path(key)).query("project_id", project())).body());
  }
}
