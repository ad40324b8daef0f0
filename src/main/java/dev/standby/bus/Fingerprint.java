package dev.standby.bus;

import static java.util.stream.Collectors.joining;

import dev.standby.trigger.ApiKey;
import dev.standby.trigger.Command;
import dev.standby.trigger.Item;
import dev.standby.trigger.RegisterBatch;
import dev.standby.trigger.Scope;
import dev.standby.trigger.SendBatch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What tells a request from another with the same idempotency key: a digest of what it asks for,
 * with the defaults filled in. So neither white space nor the order of the fields matters, but
 * within a payload the order does; and it is the same over HTTP and over the bus. The names of the
 * classes are part of it.
 */
final class Fingerprint {
  private Fingerprint() {}

  /** Of a command, or of what rooms ask each other. */
  static String of(Object request) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(request.getClass().getSimpleName().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of()
          .formatHex(sha256.digest(text(request).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static String text(Object request) {
    if (request instanceof RegisterBatch batch) {
      return items(batch.items());
    }
    if (request instanceof SendBatch batch) {
      return items(batch.items());
    }
    if (request instanceof Command.Resolve resolve) {
      return new JsonFields()
          .text("id", resolve.ref().id())
          .raw("payload", resolve.payload())
          .end();
    }
    if (request instanceof Access.NewIssuedKey issued) {
      return key(issued.key().request());
    }
    if (request instanceof Webhooks.Rotation rotation) {
      return new JsonFields()
          .text("project_id", rotation.projectId())
          .raw("overlap_secs", rotation.overlapSecs())
          .end();
    }
    String json = CommandJson.encode((Command) request);
    if (json.equals("{}")) {
      throw new IllegalStateException("Nothing tells one " + request.getClass() + " from another");
    }
    return json;
  }

  private static <C extends Command> String items(List<Item<C>> items) {
    return items.stream()
        .map(
            item ->
                item.refused() == null
                    ? CommandJson.encode(item.command())
                    : item.refused().getMessage())
        .collect(joining("\n"));
  }

  private static String key(ApiKey.Request request) {
    return new JsonFields()
        .text("project_id", request.projectId())
        .text("name", request.name())
        .text("scopes", request.scopes().stream().map(Scope::code).sorted().toList())
        .text("event_key_prefix", request.keyPrefix())
        .text("expires_at", request.expiresAt())
        .end();
  }
}
