package dev.standby.bus;

/** The addresses that are not an {@link Operation}'s. */
public final class Addresses {
  /** What the address of every operation begins with. */
  static final String EVENTS = "standby.events.";

  /** Published in the cluster after a commit: {@code {"triggers":[…]}}, a {@code JsonObject}. */
  public static final String CHANGED = "standby.events.changed";

  /** Published in the cluster after a commit that ended waits: {@link Changes}. */
  public static final String ENDED = "standby.internal.ended";

  /** On this node only: milliseconds until a new deadline, which may be the next one. */
  public static final String DEADLINE = "standby.local.deadline";

  /**
   * On this node only: asks the store to end at most so many that are due, and how many it were.
   */
  public static final String EXPIRE = "standby.local.expire";

  /** On this node only: asks the store how many milliseconds remain until the next deadline. */
  public static final String NEXT_DEADLINE = "standby.local.next-deadline";

  /** On this node only: opens a stream. */
  public static final String STREAM_OPEN = "standby.local.stream.open";

  /** On this node only: a stream's reader has gone. */
  public static final String STREAM_CLOSE = "standby.local.stream.close";

  /** On this node only: something may have been missed; read what is watched again. */
  public static final String CATCH_UP = "standby.local.catch-up";

  /** On this node only: PostgreSQL says that the commit of this id has ended waits. */
  public static final String COMMITTED = "standby.local.committed";

  private Addresses() {}
}
