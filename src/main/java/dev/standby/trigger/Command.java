package dev.standby.trigger;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What may be asked of the store. Each is checked when it is made, so that whoever gets one can
 * rely on the contract's limits.
 *
 * <p>A {@code projectId} that is null names no project: a key is then looked for in all of them,
 * and statistics, prefix sends and purges cover all of them.
 */
public sealed interface Command
    permits Command.Register,
        Command.Send,
        Command.Cancel,
        Command.Update,
        Command.Get,
        Command.SendPrefix,
        Command.ListPage,
        Command.ListHeld,
        Command.DeleteHeld,
        Command.GetStats,
        Command.Purge,
        Command.Resolve,
        Command.Callback,
        Command.Reread,
        ReadFeed,
        Delivery.Query,
        Delivery.Retry,
        RegisterBatch,
        SendBatch {
  /** The project that is named; null for none. */
  default String projectId() {
    return null;
  }

  /** The longest project id and run id, in characters. */
  int MAX_ID_CHARS = 255;

  /** The project of a registration that names none. */
  String DEFAULT_PROJECT = "default";

  /**
   * Registers a wait. Safe to repeat: while the trigger waits, the same registration finds it.
   *
   * @param projectId {@link #DEFAULT_PROJECT} is meant when null
   * @param sourceType {@link SourceType#JOB_RUN} when null
   * @param requestPayload JSON text; null when nothing is attached
   * @param timeoutSecs seconds until the deadline, 1 to {@value #MAX_TIMEOUT_SECS}
   * @param terms what else is asked for
   * @param callback whether a link is wanted besides by which the trigger may be resolved
   */
  record Register(
      String eventKey,
      String projectId,
      SourceType sourceType,
      String workflowRunId,
      String workflowStepRunId,
      String jobRunId,
      String requestPayload,
      int timeoutSecs,
      Terms terms,
      boolean callback,
      Origin origin)
      implements Command, Sized {
    /** What a registration that gives no timeout gets: an hour. */
    public static final int DEFAULT_TIMEOUT_SECS = 3600;

    /** The longest wait: 365 days. */
    public static final int MAX_TIMEOUT_SECS = 31_536_000;

    /** Checks every field and fills in the defaults. */
    public Register {
      EventKey.checkedForRegistration(eventKey);
      checkProject(projectId);
      sourceType = sourceType == null ? SourceType.JOB_RUN : sourceType;
      Text.checkedIfPresent("workflow_run_id", workflowRunId, MAX_ID_CHARS);
      Text.checkedIfPresent("workflow_step_run_id", workflowStepRunId, MAX_ID_CHARS);
      Text.checkedIfPresent("job_run_id", jobRunId, MAX_ID_CHARS);
      checkRange("timeout_secs", timeoutSecs, 1, MAX_TIMEOUT_SECS);
      if (eventKey.equals(terms.emitKey())) {
        throw Rejection.badRequest("'emit_key' must be another key than 'event_key'");
      }
    }

    @Override
    public int chars() {
      return Sized.chars(requestPayload) + terms.chars();
    }

    /** The same registration in that project. */
    public Register inProject(String id) {
      return inProject(id, origin);
    }

    /** The same registration in that project, asked for by that one. */
    public Register inProject(String id, Origin who) {
      return new Register(
          eventKey,
          id,
          sourceType,
          workflowRunId,
          workflowStepRunId,
          jobRunId,
          requestPayload,
          timeoutSecs,
          terms,
          callback,
          who);
    }
  }

  /**
   * Sends an event to the waiting trigger of a key. Safe to repeat: an equal payload finds the
   * trigger that received it.
   *
   * @param payload JSON text; null when nothing is sent along
   * @param holdSecs for how many seconds the event is kept if nobody waits for it, up to {@value
   *     #MAX_HOLD_SECS}; 0 for not at all
   */
  record Send(String eventKey, String projectId, String payload, int holdSecs, Origin origin)
      implements Command, Sized {
    /** The longest that an event is kept: 30 days. */
    public static final int MAX_HOLD_SECS = 2_592_000;

    /** Checks every field. */
    public Send {
      if (holdSecs == 0) {
        EventKey.checked(eventKey);
      } else {
        EventKey.checkedForRegistration(eventKey);
      }
      checkProject(projectId);
      checkRange("hold_secs", holdSecs, 0, MAX_HOLD_SECS);
    }

    @Override
    public int chars() {
      return Sized.chars(payload);
    }

    /** Without a word about keeping it. */
    public Send(String eventKey, String projectId, String payload, Origin origin) {
      this(eventKey, projectId, payload, 0, origin);
    }
  }

  /** Cancels the waiting trigger of a key. */
  record Cancel(String eventKey, String projectId, Origin origin) implements Command {
    /** Checks key and project. */
    public Cancel {
      EventKey.checked(eventKey);
      checkProject(projectId);
    }
  }

  /**
   * Moves the deadline of the waiting trigger of a key.
   *
   * @param timeoutSecs seconds from now until the new one, 1 to {@value Register#MAX_TIMEOUT_SECS}
   */
  record Update(String eventKey, String projectId, int timeoutSecs, Origin origin)
      implements Command {
    /** Checks every field. */
    public Update {
      EventKey.checked(eventKey);
      checkProject(projectId);
      checkRange("timeout_secs", timeoutSecs, 1, Register.MAX_TIMEOUT_SECS);
    }
  }

  /** Reads the newest trigger of a key. */
  record Get(String eventKey, String projectId) implements Command {
    /** Checks key and project. */
    public Get {
      EventKey.checked(eventKey);
      checkProject(projectId);
    }
  }

  /**
   * Sends an event to every waiting trigger whose key starts with {@code prefix}, taken literally;
   * all of them or none.
   *
   * @param payload JSON text; null when nothing is sent along
   */
  record SendPrefix(String prefix, String projectId, String payload, Origin origin)
      implements Command {
    /** Checks prefix and project. */
    public SendPrefix {
      Text.checked("prefix", prefix, EventKey.MAX_CHARS);
      checkProject(projectId);
    }
  }

  /**
   * Lists a project's triggers, newest first.
   *
   * @param filter which of them
   * @param limit how many, 1 to {@value #MAX_LIMIT}; a page grows past it rather than to split one
   *     instant, and has fewer of long ones
   * @param before only those registered before; null for the first page
   */
  record ListPage(String projectId, Filter filter, int limit, Instant before) implements Command {
    /** The page size of a request that gives none. */
    public static final int DEFAULT_LIMIT = 50;

    /** The largest page. */
    public static final int MAX_LIMIT = 1000;

    /** What tells whether there are more before that instant. */
    public ListPage rest(Instant end) {
      return new ListPage(projectId, filter, 1, end);
    }

    /** Checks every field. */
    public ListPage {
      Text.checked("project_id", projectId, MAX_ID_CHARS);
      checkRange("limit", limit, 1, MAX_LIMIT);
    }
  }

  /**
   * Lists the events that are kept for a project, newest first.
   *
   * @param projectId null for all projects
   * @param limit how many, 1 to {@value ListPage#MAX_LIMIT}
   * @param before only those that came before; null for the first page
   * @param keyPrefix only those whose key starts so; null for all
   */
  record ListHeld(String projectId, int limit, Instant before, String keyPrefix)
      implements Command {
    /** Checks every field. */
    public ListHeld {
      checkProject(projectId);
      Text.checkedIfPresent("event_key_prefix", keyPrefix, EventKey.MAX_CHARS);
      checkRange("limit", limit, 1, ListPage.MAX_LIMIT);
    }
  }

  /**
   * Deletes an event that is kept.
   *
   * @param projectId null for whichever project's it is
   * @param keyPrefix only if its key starts so; null for any
   */
  record DeleteHeld(UUID id, String projectId, String keyPrefix, Origin origin) implements Command {
    /** Checks the project. */
    public DeleteHeld {
      checkProject(projectId);
    }
  }

  /** Counts triggers by status. */
  record GetStats(String projectId) implements Command {
    /** Checks the project. */
    public GetStats {
      checkProject(projectId);
    }
  }

  /**
   * Deletes triggers that became terminal longer ago than {@code olderThanDays}; waiting ones
   * never.
   *
   * @param olderThanDays days of 24 hours, 1 to {@value #MAX_DAYS}
   * @param dryRun counts only
   */
  record Purge(String projectId, int olderThanDays, boolean dryRun, Origin origin)
      implements Command {
    /** The longest that may be asked for: about a century. */
    public static final int MAX_DAYS = 36_500;

    /** Checks every field. */
    public Purge {
      checkProject(projectId);
      checkRange("older_than_days", olderThanDays, 1, MAX_DAYS);
    }
  }

  /**
   * Resolves one trigger, of which the sender knows more than its key. Fails with {@link
   * Reason#NOT_FOUND} unless that very trigger waits.
   *
   * @param payload JSON text; null when nothing is sent along
   */
  record Resolve(TriggerRef ref, String payload, Origin origin) implements Command {
    @Override
    public String projectId() {
      return ref.projectId();
    }
  }

  /** Makes a link by which whoever has it may resolve the waiting trigger of a key, once. */
  record Callback(String eventKey, String projectId, Origin origin) implements Command {
    /** Checks key and project. */
    public Callback {
      EventKey.checked(eventKey);
      checkProject(projectId);
    }
  }

  /**
   * Reads triggers again that somebody watches, to make up for announcements that were lost.
   *
   * @param refs at most {@value #MAX_REFS}
   */
  record Reread(List<TriggerRef> refs) implements Command {
    /** How many one command may carry. */
    public static final int MAX_REFS = 1000;

    /** Checks the size and keeps its own copy of the list. */
    public Reread {
      refs = List.copyOf(refs);
      checkRange("refs", refs.size(), 1, MAX_REFS);
    }
  }

  /**
   * Fails unless a project may be called that, or none is named.
   *
   * @throws Rejection with {@link Reason#BAD_REQUEST}
   */
  static void checkProject(String projectId) {
    Text.checkedIfPresent("project_id", projectId, MAX_ID_CHARS);
  }

  /**
   * Fails unless a number is within its range.
   *
   * @throws Rejection with {@link Reason#BAD_REQUEST}
   */
  static void checkRange(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw Rejection.badRequest("'" + field + "' must be from " + min + " to " + max);
    }
  }
}
