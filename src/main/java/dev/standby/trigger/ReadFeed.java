package dev.standby.trigger;

/**
 * Reads on in a project's feed: what has changed since, oldest first.
 *
 * @param filter which triggers' changes; a {@code status} is that of the change. Its limit says how
 *     many changes are looked at
 * @param after the id of the last change that was seen; null to begin with what comes from now on
 */
public record ReadFeed(Command.ListPage filter, String after) implements Command {
  /** How many changes are looked at at once. */
  public static final int LIMIT = 500;

  /** Checks that it is no page of a list. */
  public ReadFeed {
    if (filter.before() != null) {
      throw Rejection.badRequest("'cursor' is for lists: a feed goes on after an id");
    }
  }

  /** Whether the filters let a change through, after which the trigger was like this. */
  public boolean lets(EventTrigger trigger) {
    return filter.filter().matches(trigger);
  }
}
