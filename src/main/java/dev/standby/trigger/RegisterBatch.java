package dev.standby.trigger;

import java.util.List;

/**
 * Registers many waits, each as if it came alone.
 *
 * @param items 1 to {@value Item#MAX}
 */
public record RegisterBatch(List<Item<Command.Register>> items) implements Command {
  /** Checks the size and keeps its own copy of the list. */
  public RegisterBatch {
    items = Item.checked(items);
  }
}
