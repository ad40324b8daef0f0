package dev.standby.store;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.standby.tracing.Step;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Sized;
import io.vertx.core.Promise;
import java.util.UUID;

/**
 * One request on its way through a {@link Lane}.
 *
 * @param <C> what is asked
 * @param <O> what is answered
 */
final class Entry<C, O> {
  /**
   * How often a request may lose the race for a key that is ended and registered again and again.
   */
  private static final int MAX_ROUNDS = 100;

  private final C command;
  private final Promise<O> promise = Promise.promise();
  private final long deadlineNanos;
  private final Step step;
  private final int chars;
  private UUID id;
  private int rounds;
  private boolean uncertain;

  Entry(C command, long deadlineNanos) {
    this(command, deadlineNanos, null);
  }

  /** As {@link #Entry(Object, long)}, and {@code step} is ended by what becomes of it. */
  Entry(C command, long deadlineNanos, Step step) {
    this.command = command;
    this.deadlineNanos = deadlineNanos;
    this.step = step;
    this.chars = command instanceof Sized sized ? sized.chars() : 0;
  }

  C command() {
    return command;
  }

  /** How long the payloads of what is asked are, in characters. */
  int chars() {
    return chars;
  }

  Promise<O> promise() {
    return promise;
  }

  /**
   * The id that this request gives to what it makes, the same in every try; null if it was not
   * needed.
   */
  UUID id() {
    return id;
  }

  /** As {@link #id}, and chosen now if it was not before. */
  UUID chooseId() {
    if (id == null) {
      id = UuidCreator.getTimeOrderedEpoch();
    }
    return id;
  }

  /** What is recorded of it; null when nothing is. */
  Step step() {
    return step;
  }

  /** The context of that; null when there is none. */
  String traceparent() {
    return step == null ? null : step.traceparent();
  }

  boolean answered() {
    return promise.future().isComplete();
  }

  /** Whether an earlier try may have been carried out without our having heard so. */
  boolean uncertain() {
    return uncertain;
  }

  void markUncertain() {
    uncertain = true;
  }

  boolean overdue(long nowNanos) {
    return nowNanos - deadlineNanos > 0;
  }

  /** Counts one more round; false when there have been too many. */
  boolean another() {
    if (++rounds <= MAX_ROUNDS) {
      return true;
    }
    fail(Rejection.unavailable("The key changes too fast; nothing has been done, try again"));
    return false;
  }

  void answer(O outcome) {
    if (promise.tryComplete(outcome) && step != null) {
      if (outcome instanceof EventTrigger trigger) {
        step.link(trigger.traceparent());
      }
      step.end();
    }
  }

  void fail(Throwable failure) {
    if (promise.tryFail(failure) && step != null) {
      step.fail(failure instanceof Rejection why ? why.reason().code() : failure.toString());
    }
  }
}
