package dev.standby.trigger;

import java.util.List;

/**
 * Sends many events, each as if it came alone.
 *
 * @param items 1 to {@value Item#MAX}
 */
public record SendBatch(List<Item<Command.Send>> items) implements Command {
  /** Checks the size and keeps its own copy of the list. */
  public SendBatch {
    items = Item.checked(items);
  }

  /** Whether any of them holds its event. */
  public boolean holds() {
    return items.stream().anyMatch(item -> item.refused() == null && item.command().holdSecs() > 0);
  }
}
