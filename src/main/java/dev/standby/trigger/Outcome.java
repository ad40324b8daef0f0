package dev.standby.trigger;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a {@link Command} leads to when it is not refused. Nothing in it is told before its commit.
 */
public sealed interface Outcome
    permits Outcome.Sent,
        Outcome.Registered,
        Outcome.Triggers,
        Outcome.Page,
        Outcome.Stats,
        Outcome.Purged,
        Outcome.CallbackLink,
        HeldEvent,
        Outcome.HeldPage,
        Outcome.FeedPage,
        Delivery,
        Delivery.Page,
        Outcome.Batch {

  /** Of a {@link Command.Send}: the trigger that received the event, or that it is held. */
  sealed interface Sent extends Outcome permits EventTrigger, Held {}

  /**
   * Nobody waited for the event, and it is kept.
   *
   * @param heldUntil until when, by the database's clock
   */
  record Held(UUID id, String eventKey, String projectId, Instant heldUntil) implements Sent {}

  /**
   * Of a {@link RegisterBatch} or a {@link SendBatch}.
   *
   * @param results one for each item, in their order
   */
  record Batch(List<Result> results) implements Outcome {
    /** Keeps its own copy of the list. */
    public Batch {
      results = List.copyOf(results);
    }
  }

  /**
   * What one of many commands has led to.
   *
   * @param status the HTTP status that it would have been answered with alone
   * @param outcome null if it was refused
   * @param refused why; null if it was not
   */
  record Result(int status, Outcome outcome, Rejection refused) implements Sized {
    @Override
    public int chars() {
      EventTrigger inTheWay = refused == null ? null : refused.trigger();
      return (outcome instanceof Sized told ? told.chars() : 0)
          + (inTheWay == null ? 0 : inTheWay.chars());
    }
  }

  /**
   * Of a {@link Command.ListHeld}.
   *
   * @param events newest first
   * @param hasMore whether older ones are left
   */
  record HeldPage(List<HeldEvent> events, boolean hasMore) implements Outcome {
    /** Keeps its own copy of the list. */
    public HeldPage {
      events = List.copyOf(events);
    }
  }

  /**
   * Of a {@link ReadFeed}.
   *
   * @param changes oldest first; of a key, in the order of their commits
   * @param next the id after which it goes on: of the last change, or of what was passed over
   * @param more whether it is known that there is more
   * @param reset whether changes may have been missed, as what the reader said that it has seen is
   *     too old, or nothing of this database: it begins anew
   */
  record FeedPage(List<Change> changes, String next, boolean more, boolean reset)
      implements Outcome {
    /** Keeps its own copy of the list. */
    public FeedPage {
      changes = List.copyOf(changes);
    }
  }

  /**
   * One change of a trigger.
   *
   * @param id says where in the feed it is
   * @param trigger as it was after the change
   */
  record Change(String id, EventTrigger trigger) {}

  /**
   * Of a {@link Command.Register}.
   *
   * @param trigger the trigger that now waits
   * @param created false when the same registration was there already
   * @param callbackUrl the link that was asked for; null when none was
   */
  record Registered(EventTrigger trigger, boolean created, String callbackUrl)
      implements Outcome, Sized {
    @Override
    public int chars() {
      return trigger.chars();
    }

    /** Without a link. */
    public Registered(EventTrigger trigger, boolean created) {
      this(trigger, created, null);
    }
  }

  /**
   * Of a {@link Command.SendPrefix}: all that were resolved, oldest first. Of a {@link
   * Command.Reread}: those that have changed since they were seen.
   *
   * @param triggers in the order that the command says
   */
  record Triggers(List<EventTrigger> triggers) implements Outcome {
    /** Keeps its own copy of the list. */
    public Triggers {
      triggers = List.copyOf(triggers);
    }
  }

  /**
   * Of a {@link Command.ListPage}.
   *
   * @param triggers newest first
   * @param hasMore whether older ones that match are left
   */
  record Page(List<EventTrigger> triggers, boolean hasMore) implements Outcome {
    /** Keeps its own copy of the list. */
    public Page {
      triggers = List.copyOf(triggers);
    }

    /** Where the next page begins; null when this is the last. */
    public Instant nextCursor() {
      return hasMore ? triggers.get(triggers.size() - 1).requestedAt() : null;
    }
  }

  /**
   * Of a {@link Command.GetStats}: how many triggers there are, by status.
   *
   * @param avgWaitDurationSecs mean seconds from registration to the event, over the received; 0
   *     when there are none
   */
  record Stats(
      long waiting, long received, long timedOut, long canceled, double avgWaitDurationSecs)
      implements Outcome {
    /** All triggers, whatever their status. */
    public long total() {
      return waiting + received + timedOut + canceled;
    }
  }

  /**
   * Of a {@link Command.Purge}.
   *
   * @param count how many were deleted, or would be
   * @param dryRun whether they are still there
   */
  record Purged(long count, boolean dryRun) implements Outcome {}

  /**
   * Of a {@link Command.Callback}.
   *
   * @param url whole if the node knows how it is reached from outside ({@code http.public_url}),
   *     else a path on any node
   * @param expiresAt the trigger's deadline
   */
  record CallbackLink(String url, Instant expiresAt) implements Outcome {}
}
