package dev.standby.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "register",
    description = "Registers a wait for a key, and does not wait itself: see wait.")
final class Register extends ApiCommand {
  @Parameters(paramLabel = "KEY", description = "The event key.")
  private String key;

  @Mixin private Registration registration;

  @Option(
      names = "--callback",
      description = "Also gives a link by which somebody without an API key may resolve it.")
  private boolean callback;

  @Mixin private Repeatable repeatable;

  Register(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Node node) {
    String body =
        registration
            .fields(key, project(), this::payload)
            .raw("callback", callback ? Boolean.TRUE : null)
            .end();
    return show(node.ask(repeatable.once(Request.post("/v1/events", body))).body());
  }
}
