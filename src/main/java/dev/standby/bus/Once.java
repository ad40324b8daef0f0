package dev.standby.bus;

import dev.standby.trigger.IdempotencyKey;
import dev.standby.trigger.Rejection;
import io.vertx.core.Promise;

/**
 * A request that is to be carried out once, however often it comes; never leaves its node.
 *
 * @param key by which it is known
 * @param request a command, or what a room of this node asks of another
 * @param fingerprint a digest of what it asks for, in hexadecimal digits
 * @param answer gets what it has led to, now or when it came first
 */
public record Once(
    IdempotencyKey key, Object request, String fingerprint, Promise<Done<Object>> answer) {
  private static final String IN_FLIGHT =
      "The first request with this idempotency key is still being carried out: repeat it later";

  /**
   * What a request has led to.
   *
   * @param <O> what is answered when it is not refused
   * @param outcome null if it was refused
   * @param refused why; null if it was not
   * @param replayed whether this was so already when it came
   */
  public record Done<O>(O outcome, Rejection refused, boolean replayed) {}

  /** Refuses what comes while the same is being carried out. */
  public static Rejection inFlight() {
    return Rejection.conflict(IN_FLIGHT, null);
  }

  /**
   * Whether that was refused because the same is being carried out. Nodes of earlier versions say
   * it by the sentence alone, without the mark of {@link ProblemJson}.
   */
  public static boolean isInFlight(Throwable failure) {
    return failure instanceof Rejection refused && IN_FLIGHT.equals(refused.getMessage());
  }
}
