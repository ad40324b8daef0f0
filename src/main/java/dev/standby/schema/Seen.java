package dev.standby.schema;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/** The members or elements of one value that a schema has looked at. */
final class Seen {
  private final Set<String> names = new HashSet<>();
  private final BitSet elements = new BitSet();
  private final Budget budget;

  Seen(Budget budget) {
    this.budget = budget;
  }

  void add(String name) {
    budget.spend(10);
    names.add(name);
  }

  void add(int element) {
    elements.set(element);
  }

  void addElements(int from, int to) {
    budget.spend((to - from) / 64);
    elements.set(from, to);
  }

  void addAll(Seen other) {
    budget.spend(10 + 10L * other.names.size() + other.elements.length() / 64);
    names.addAll(other.names);
    elements.or(other.elements);
  }

  boolean has(String name) {
    return names.contains(name);
  }

  boolean has(int element) {
    return elements.get(element);
  }
}
