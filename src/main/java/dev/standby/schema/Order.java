package dev.standby.schema;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** A total order of JSON values in which equal values, and only those, are the same. */
final class Order implements Comparator<Object> {
  private final Budget budget;

  Order(Budget budget) {
    this.budget = budget;
  }

  boolean same(Object a, Object b) {
    return compare(a, b) == 0;
  }

  @Override
  public int compare(Object a, Object b) {
    budget.spend(4);
    int kinds = Integer.compare(kind(a), kind(b));
    if (kinds != 0) {
      return kinds;
    }
    if (a instanceof String text) {
      return compareTexts(text, (String) b);
    } else if (a instanceof Decimal number) {
      Decimal other = (Decimal) b;
      budget.spend(Math.min(number.digits().length(), other.digits().length()) / 8);
      return number.compareTo(other);
    } else if (a instanceof Boolean flag) {
      return Boolean.compare(flag, (Boolean) b);
    } else if (a instanceof List) {
      return compareAll(Json.elements(a), Json.elements(b));
    } else if (a instanceof Map) {
      return compareMembers(Json.members(a), Json.members(b));
    }
    return 0;
  }

  private int compareTexts(String a, String b) {
    budget.spend(Math.min(a.length(), b.length()) / 8);
    return a.compareTo(b);
  }

  private int compareAll(List<Object> a, List<Object> b) {
    int verdict = Integer.compare(a.size(), b.size());
    for (int i = 0; verdict == 0 && i < a.size(); i++) {
      verdict = compare(a.get(i), b.get(i));
    }
    return verdict;
  }

  private int compareMembers(Map<String, Object> a, Map<String, Object> b) {
    int verdict = Integer.compare(a.size(), b.size());
    Iterator<Map.Entry<String, Object>> others = b.entrySet().iterator();
    for (Map.Entry<String, Object> member : a.entrySet()) {
      if (verdict != 0) {
        break;
      }
      Map.Entry<String, Object> other = others.next();
      verdict = compareTexts(member.getKey(), other.getKey());
      if (verdict == 0) {
        verdict = compare(member.getValue(), other.getValue());
      }
    }
    return verdict;
  }

  private static int kind(Object value) {
    if (value instanceof Json.Null) {
      return 0;
    } else if (value instanceof Boolean) {
      return 1;
    } else if (value instanceof Decimal) {
      return 2;
    } else if (value instanceof String) {
      return 3;
    }
    return value instanceof List ? 4 : 5;
  }
}
