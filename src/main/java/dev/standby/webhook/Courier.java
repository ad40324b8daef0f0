package dev.standby.webhook;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.Webhooks;
import dev.standby.bus.Webhooks.Attempt;
import dev.standby.bus.Webhooks.Tried;
import dev.standby.trigger.Delivery;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what is due, has it called, and says what has come of it; so many at a time, of which no
 * project has more than half, and no receiver more than it has shown to cope with.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class Courier {
  private static final Logger log = LoggerFactory.getLogger(Courier.class);

  /**
   * For how long an attempt is this node's: longer than a call takes, and the writing down of it.
   */
  private static final int LEASE_MILLIS = 30_000;

  /** How much may be on its way at once: payloads are in memory for as long. */
  private static final long MAX_BYTES = 32 * 1024 * 1024;

  /** How long a node that stops waits for its calls; others make the rest when it has died. */
  private static final long STOP_SECS = 5;

  private final Bus bus;
  private final Secrets secrets;
  private final Calls calls;
  private final int maxConcurrent;
  private final int perProject;
  private final Origins origins;
  private final CallMeters meters;
  private final Map<String, Integer> byProject = new HashMap<>();
  private final Set<Future<Void>> underWay = new HashSet<>();
  private long bytes;
  private boolean claiming;
  private boolean again;
  private boolean stopped;
  private boolean closed;

  /** What is being claimed, or was last. */
  private Future<Webhooks.Due> claimed = Future.succeededFuture();

  Courier(Bus bus, Secrets secrets, Calls calls, int maxConcurrent, CallMeters meters) {
    this.bus = bus;
    this.secrets = secrets;
    this.calls = calls;
    this.maxConcurrent = maxConcurrent;
    this.meters = meters;
    this.perProject = Math.max(1, maxConcurrent / 2);
    this.origins = new Origins(Math.max(1, maxConcurrent / 4));
  }

  /** Looks for what is due, until nothing is left that may be called now. */
  void look() {
    int free = maxConcurrent - underWay.size();
    if (claiming || free <= 0 || bytes >= MAX_BYTES || stopped) {
      again = true;
      return;
    }
    claiming = true;
    again = false;
    Webhooks.Claim claim =
        new Webhooks.Claim(
            free,
            LEASE_MILLIS,
            origins.start(),
            origins.rooms(),
            perProject,
            byProject,
            MAX_BYTES - bytes);
    claimed = bus.askLocally(Addresses.CLAIM_DELIVERIES, claim);
    claimed.onComplete(
        due -> {
          claiming = false;
          if (closed) {
            // They are others' once their time is over.
            return;
          }
          due.attempts().forEach(this::begin);
          if (again || !due.attempts().isEmpty()) {
            look();
          }
        },
        failure -> {
          // The tick looks again; why, the store has logged.
          claiming = false;
          log.atDebug().addKeyValue("reason", failure.toString()).log("cannot look for deliveries");
        });
  }

  private void begin(Attempt attempt) {
    origins.begin(attempt.origin());
    byProject.merge(attempt.projectId(), 1, Integer::sum);
    bytes += attempt.bytes();
    Future<Void> done = attempt(attempt);
    underWay.add(done);
    done.onComplete(
        any -> {
          underWay.remove(done);
          bytes -= attempt.bytes();
          byProject.computeIfPresent(
              attempt.projectId(), (project, busy) -> busy == 1 ? null : busy - 1);
          look();
        });
  }

  /** Never fails. */
  private Future<Void> attempt(Attempt attempt) {
    CallMeters.Call measured = meters.begin();
    return call(attempt)
        .onSuccess(
            tried -> {
              measured.end(tried);
              origins.end(attempt.origin(), answered(tried));
            })
        .compose(tried -> bus.<Void>askLocally(Addresses.RECORD_DELIVERY, tried))
        .otherwise(
            failure -> {
              log.atWarn()
                  .addKeyValue("delivery_id", attempt.id())
                  .setCause(failure)
                  .log("what has come of a delivery is not written down, it will be made again");
              return null;
            });
  }

  private static boolean answered(Tried tried) {
    return tried.status() != null || tried.attempt().trigger() == null;
  }

  /** Never fails. */
  private Future<Tried> call(Attempt attempt) {
    if (attempt.trigger() == null) {
      return Future.succeededFuture(
          new Tried(attempt, Delivery.State.FAILED, null, "the event trigger has been deleted", 0));
    }
    return secrets
        .of(attempt.projectId())
        .compose(known -> calls.make(attempt, known))
        .otherwise(
            failure -> {
              log.atWarn()
                  .addKeyValue("delivery_id", attempt.id())
                  .setCause(failure)
                  .log("cannot make a delivery");
              return new Tried(attempt, Delivery.State.PENDING, null, "it could not be signed", 0);
            });
  }

  /** Begins no more than what it is claiming, and waits a moment for all that is under way. */
  Future<Void> stop() {
    stopped = true;
    return claimed
        .eventually(() -> Future.join(List.copyOf(underWay)))
        .<Void>mapEmpty()
        .timeout(STOP_SECS, TimeUnit.SECONDS)
        .otherwiseEmpty()
        .onComplete(done -> closed = true)
        .eventually(calls::close);
  }
}
