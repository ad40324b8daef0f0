package dev.standby.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

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
  private final long maxLength;
  private final ToIntFunction<E> lengthOf;

  /** The projects of which something waits; those without a name count as one. */
  private final Map<String, Part<E>> parts = new HashMap<>();

  /** The same, in the order of their turns. */
  private final ArrayDeque<Part<E>> turns = new ArrayDeque<>();

  private int size;
  private long length;

  /** What waits of one project. */
  private static final class Part<E> {
    private final String project;
    private final ArrayDeque<E> waiting = new ArrayDeque<>();
    private long length;

    Part(String project) {
      this.project = project;
    }
  }

  /** A queue for so many, however long they are. */
  FairQueue(int max) {
    this(max, Long.MAX_VALUE, entry -> 0);
  }

  /**
   * A queue for so many of so much length in total.
   *
   * @param max past it nothing is taken; of one project it takes no more than leaves room for one
   *     project more
   * @param maxLength the same of the length of all that waits; but one entry has room in any case
   * @param lengthOf how long an entry is, always the same
   */
  FairQueue(int max, long maxLength, ToIntFunction<E> lengthOf) {
    this.max = max;
    this.maxLength = maxLength;
    this.lengthOf = lengthOf;
  }

  /** Takes something; false when there is no room for it. */
  boolean offer(String project, E entry) {
    Part<E> part = parts.get(project);
    if (size > 0 && !hasRoom(part, lengthOf.applyAsInt(entry))) {
      return false;
    }
    add(project, entry, false);
    return true;
  }

  private boolean hasRoom(Part<E> part, int more) {
    if (size >= max || length + more > maxLength) {
      return false;
    }
    int shares = parts.size() + 1;
    return part == null
        || (part.waiting.size() < Math.max(1, max / shares)
            && part.length + more <= maxLength / shares);
  }

  /** Puts something back in front of its project's, whether there is room or not. */
  void putBack(String project, E entry) {
    add(project, entry, true);
  }

  private void add(String project, E entry, boolean first) {
    Part<E> part = parts.get(project);
    if (part == null) {
      part = new Part<>(project);
      parts.put(project, part);
      turns.add(part);
    }
    if (first) {
      part.waiting.addFirst(entry);
    } else {
      part.waiting.add(entry);
    }
    count(part, 1, lengthOf.applyAsInt(entry));
  }

  /**
   * Takes out at most so many, of so much length in total, but one at least; from each project in
   * its turn, of each in their order.
   */
  List<E> poll(int count, long most) {
    List<E> polled = new ArrayList<>(Math.min(count, size));
    long taken = 0;
    boolean full = false;
    while (polled.size() < count && size > 0 && !full) {
      int share = Math.max(1, (count - polled.size()) / turns.size());
      Part<E> part = turns.poll();
      int before = polled.size();
      for (int i = 0; i < share && !part.waiting.isEmpty() && !full; i++) {
        int next = lengthOf.applyAsInt(part.waiting.peek());
        full = !polled.isEmpty() && taken + next > most;
        if (!full) {
          polled.add(part.waiting.poll());
          taken += next;
          count(part, -1, -next);
        }
      }
      if (part.waiting.isEmpty()) {
        parts.remove(part.project);
      } else if (polled.size() == before) {
        // There was no room left for its first: it has not had its turn.
        turns.addFirst(part);
      } else {
        turns.add(part);
      }
    }
    return polled;
  }

  /** Drops what {@code condition} says. */
  void removeIf(Predicate<E> condition) {
    for (Part<E> part : List.copyOf(turns)) {
      part.waiting.removeIf(
          entry -> {
            boolean dropped = condition.test(entry);
            if (dropped) {
              count(part, -1, -lengthOf.applyAsInt(entry));
            }
            return dropped;
          });
      if (part.waiting.isEmpty()) {
        parts.remove(part.project);
        turns.remove(part);
      }
    }
  }

  private void count(Part<E> part, int entries, int more) {
    size += entries;
    part.length += more;
    length += more;
  }

  /** How many wait. */
  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }
}
