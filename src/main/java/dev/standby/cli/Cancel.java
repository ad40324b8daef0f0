package dev.standby.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", description = "Cancels the wait for a key.")
final class Cancel extends ApiCommand {
  @Parameters(paramLabel = "KEY", description = "The event key.")
  private String key;

  Cancel(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Node node) {
    return show(node.ask(Request.delete(Request.path(key)).query("project_id", project())).body());
  }
}
