package dev.standby.access;

import dev.standby.bus.Access;
import dev.standby.bus.Access.CallbackSecrets;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.TriggerRef;
import io.vertx.core.Future;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** Links by which whoever has one may resolve one trigger, once. */
final class CallbackLinks {
  /** What the path of every link begins with. */
  private static final String PATH = "/v1/callbacks/";

  /** How long it is not asked again which secrets there are. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Bus bus;
  private final String publicUrl;
  private Future<CallbackSecrets> secrets;
  private long askedNanos;

  CallbackLinks(Bus bus, String publicUrl) {
    this.bus = bus;
    this.publicUrl = publicUrl;
  }

  /** The link for a trigger. */
  Future<String> sign(EventTrigger trigger) {
    return current()
        .map(known -> publicUrl + PATH + CallbackToken.sign(trigger.ref(), known.secrets().get(0)));
  }

  /** The trigger that a link is for. */
  Future<TriggerRef> open(String token) {
    return current()
        .map(
            known -> {
              TriggerRef ref = CallbackToken.open(token, known.secrets());
              if (ref == null) {
                throw Rejection.of(Reason.NOT_FOUND, "This link is not valid");
              }
              return ref;
            });
  }

  /** Signs with a new secret from now on; the others are good for so many seconds still. */
  Future<Void> rotate(int overlapSecs) {
    String secret = HexFormat.of().formatHex(Secrets.random(Secrets.BYTES));
    return bus.<Void>askLocally(
            Addresses.STORE_CALLBACK_SECRET, new Access.Rotation(secret, overlapSecs))
        .onSuccess(stored -> secrets = null);
  }

  private Future<CallbackSecrets> current() {
    long now = System.nanoTime();
    if (secrets == null || secrets.failed() || now - askedNanos > FRESH_NANOS) {
      askedNanos = now;
      secrets =
          bus.askLocally(
              Addresses.CALLBACK_SECRETS, HexFormat.of().formatHex(Secrets.random(Secrets.BYTES)));
    }
    return secrets;
  }
}
