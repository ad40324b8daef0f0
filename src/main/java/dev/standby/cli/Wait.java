package dev.standby.cli;

import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "wait",
    description = {
      "Waits until the wait for a key has ended, and prints what was received.",
      "A key that has ended already is answered at once. The node may restart meanwhile."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:received",
      "1:an error",
      "2:wrong usage",
      "3:timed out",
      "4:canceled",
      "130:Ctrl-C; the wait goes on, and can be waited for again"
    })
final class Wait extends ApiCommand {
  private static final String HINT = "; --register registers a wait for it";

  @Parameters(paramLabel = "KEY", description = "The event key.")
  private String key;

  @Option(
      names = "--register",
      description = {
        "Registers the wait first; one that waits already is joined if it was registered with the"
            + " same options.",
        "A script that may be started again should give an --idempotency-key with it."
      })
  private boolean register;

  @Mixin private Registration registration;
  @Mixin private Repeatable repeatable;

  @Option(
      names = {"-r", "--raw"},
      description = "Prints a text without its quotes, and all else as usual.")
  private boolean raw;

  @Mixin private Patience patience;

  Wait(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Node node) {
    if (!register && (registration.given() || repeatable.key() != null)) {
      throw usage("To register a wait, say --register");
    }
    Map<String, String> trigger;
    try (Countdown countdown = Countdown.show(terminal, key)) {
      trigger =
          new WaitingFor(node, key, project(), patience, terminal)
              .end(register ? registered(node) : null, countdown::until);
    } catch (Refused e) {
      throw e.status() == 404 && !register ? new Trouble(e.getMessage() + HINT) : e;
    }
    return ended(trigger);
  }

  /** Registers the wait, once, however often that has to be tried. */
  private String registered(Node node) {
    String body = registration.body(key, project(), this::payload);
    String once = repeatable.key() == null ? UUID.randomUUID().toString() : repeatable.key();
    return patience
        .ask(
            () -> node.ask(Request.post("/v1/events", body).header("Idempotency-Key", once)),
            terminal)
        .body();
  }

  private int ended(Map<String, String> trigger) {
    String payload = trigger.get("response_payload");
    if (json()) {
      show(Json.object(trigger));
    } else if (payload != null) {
      terminal.print(raw ? Json.text(payload) : Harmless.json(payload));
    }
    String status = Json.text(trigger.get("status"));
    if (status.equals("received")) {
      return ExitCode.OK;
    }
    terminal.flush();
    terminal.complain("'" + key + "': " + Json.text(trigger.get("error")));
    return status.equals("canceled") ? ExitCodes.CANCELED : ExitCodes.TIMED_OUT;
  }
}
