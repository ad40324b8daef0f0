package dev.standby.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A bounded queue in which projects take turns: what one of them sends in a flood waits behind
 * itself, not in front of the others, and leaves room for them.
 *
 * <p>Not thread-safe.
 *
 * @param <E> what waits
 */
final class FairQueue<E> {
  private final int max;

  /** The projects of which something waits; those without a name count as one. */
  private final Map<String, Part<E>> parts = new HashMap<>();

  /** The same, in the order of their turns. */
  private final ArrayDeque<Part<E>> turns = new ArrayDeque<>();

  private int size;

  private record Part<E>(String project, ArrayDeque<E> waiting) {}

  /**
   * A queue for so many.
   *
   * @param max past it nothing is taken; of one project it takes no more than leaves room for one
   *     project more
   */
  FairQueue(int max) {
    this.max = max;
  }

  /** Takes something; false when there is no room for it. */
  boolean offer(String project, E entry) {
    Part<E> part = parts.get(project);
    if (size >= max
        || (part != null && part.waiting().size() >= Math.max(1, max / (parts.size() + 1)))) {
      return false;
    }
    part(project).waiting().add(entry);
    size++;
    return true;
  }

  /** Puts something back in front of its project's, whether there is room or not. */
  void putBack(String project, E entry) {
    part(project).waiting().addFirst(entry);
    size++;
  }

  /** Takes out at most so many, from each project in its turn, of each in their order. */
  List<E> poll(int count) {
    List<E> polled = new ArrayList<>(Math.min(count, size));
    while (polled.size() < count && size > 0) {
      int share = Math.max(1, (count - polled.size()) / turns.size());
      Part<E> part = turns.poll();
      for (int i = 0; i < share && !part.waiting().isEmpty(); i++) {
        polled.add(part.waiting().poll());
        size--;
      }
      if (part.waiting().isEmpty()) {
        parts.remove(part.project());
      } else {
        turns.add(part);
      }
    }
    return polled;
  }

  /** Drops what {@code condition} says. */
  void removeIf(Predicate<E> condition) {
    for (Part<E> part : List.copyOf(turns)) {
      size -= part.waiting().size();
      part.waiting().removeIf(condition);
      size += part.waiting().size();
      if (part.waiting().isEmpty()) {
        parts.remove(part.project());
        turns.remove(part);
      }
    }
  }

  /** How many wait. */
  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  private Part<E> part(String project) {
    return parts.computeIfAbsent(
        project,
        name -> {
          Part<E> part = new Part<>(name, new ArrayDeque<>());
          turns.add(part);
          return part;
        });
  }
}
