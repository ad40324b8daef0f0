package dev.standby.trigger;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One of many commands in a request, which is answered for by itself.
 *
 * @param command null if it is refused as it stands
 * @param refused why; null if it is not
 */
public record Item<C extends Command>(C command, Rejection refused) {
  /** How many may be in one request. */
  public static final int MAX = 1000;

  /** Checks how many there are, and gives a copy. */
  static <C extends Command> List<Item<C>> checked(List<Item<C>> items) {
    if (items.isEmpty() || items.size() > MAX) {
      throw Rejection.badRequest("'items' must hold from 1 to " + MAX);
    }
    return List.copyOf(items);
  }

  /** The same items with what {@code change} makes of their commands, or why it refuses them. */
  public static <C extends Command> List<Item<C>> changed(
      List<Item<C>> items, UnaryOperator<C> change) {
    return items.stream().map(item -> item.changed(change)).toList();
  }

  private Item<C> changed(UnaryOperator<C> change) {
    if (refused != null) {
      return this;
    }
    try {
      return new Item<>(change.apply(command), null);
    } catch (Rejection e) {
      return new Item<>(null, e);
    }
  }
}
