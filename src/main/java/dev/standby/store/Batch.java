package dev.standby.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What goes together: the entries of a batch by key, in the order of the keys. A statement carries
 * one item for a key; whoever comes behind on the same key is judged by what became of the first.
 *
 * @param <C> what is asked
 * @param <O> what is answered
 */
record Batch<C, O>(List<Group<C, O>> groups) {
  /**
   * Every node uses the same order, so that two statements that want the same rows don't deadlock.
   */
  private static final Comparator<Name> ORDER =
      Comparator.comparing(Name::eventKey)
          .thenComparing(Name::projectId, Comparator.nullsFirst(Comparator.naturalOrder()));

  /** The entries for one key, in the order of their arrival. */
  record Group<C, O>(Name name, List<Entry<C, O>> entries) {
    Entry<C, O> first() {
      return entries.get(0);
    }

    C command() {
      return first().command();
    }
  }

  /** A key as a request names it. */
  record Name(String projectId, String eventKey) {}

  /** Groups entries by the name that {@code naming} finds in their commands. */
  static <C, O> Batch<C, O> of(List<Entry<C, O>> entries, Function<C, Name> naming) {
    Map<Name, List<Entry<C, O>>> byName = new LinkedHashMap<>(entries.size() * 2);
    for (Entry<C, O> entry : entries) {
      byName.computeIfAbsent(naming.apply(entry.command()), name -> new ArrayList<>(1)).add(entry);
    }
    return new Batch<>(
        byName.entrySet().stream()
            .sorted(Map.Entry.comparingByKey(ORDER))
            .map(entry -> new Group<>(entry.getKey(), entry.getValue()))
            .toList());
  }

  String[] projects() {
    return names(Name::projectId);
  }

  String[] keys() {
    return names(Name::eventKey);
  }

  /** One value for each group, in their order. */
  String[] column(Function<? super C, String> value) {
    return groups.stream().map(group -> value.apply(group.command())).toArray(String[]::new);
  }

  /**
   * As {@link #column(Function)} if it is wanted; else empty, which the statement takes for nulls.
   */
  String[] column(boolean wanted, Function<? super C, String> value) {
    return wanted ? column(value) : new String[0];
  }

  /** The traces of the groups' first entries; empty when none is recorded. */
  String[] traceparents() {
    return groups.stream().anyMatch(group -> group.first().step() != null)
        ? groups.stream().map(group -> group.first().traceparent()).toArray(String[]::new)
        : new String[0];
  }

  private String[] names(Function<Name, String> part) {
    return groups.stream().map(group -> part.apply(group.name())).toArray(String[]::new);
  }
}
