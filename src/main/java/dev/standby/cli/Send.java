package dev.standby.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "send", description = "Sends an event to whoever waits for a key.")
final class Send extends ApiCommand {
  /** Longer than a node gives a prefix send, which is two minutes. */
  private static final int PREFIX_SECS = 150;

  @Parameters(
      paramLabel = "KEY",
      description = "The event key; with --prefix, what it begins with.")
  private String key;

  @Option(
      names = "--payload",
      paramLabel = Payloads.LABEL,
      description = "What is sent: JSON, a file with it, or - for the standard input.")
  private String payload;

  @Option(
      names = "--hold-secs",
      paramLabel = "SECS",
      description = "Keeps the event for so long if nobody waits for it yet.")
  private Integer holdSecs;

  @Option(
      names = "--prefix",
      description = "Sends to every key that begins with KEY, all of them or none.")
  private boolean prefix;

  @Mixin private Repeatable repeatable;

  Send(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Node node) {
    if (prefix && holdSecs != null) {
      throw usage("--hold-secs is for one key, not for a prefix");
    }
    String path =
        prefix ? "/v1/events/prefix/" + Request.encode(key) + "/send" : Request.path(key) + "/send";
    String body =
        new JsonObject()
            .raw("payload", payload("--payload", payload))
            .text("project_id", prefix ? projectOf(node) : project())
            .raw("hold_secs", holdSecs)
            .end();
    Request request = repeatable.once(Request.post(path, body));
    return show(node.ask(prefix ? request.within(PREFIX_SECS) : request).body());
  }
}
