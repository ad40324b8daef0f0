package dev.standby.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One payload on its way through a schema: what it may still cost, and what was wrong so far. */
final class Evaluation {
  /**
   * How many schemas may wait for each other: a payload nested 500 deep needs a few for a level.
   */
  static final int MAX_DEPTH = 3_000;

  private static final long ENTRY = 15;

  /** Something wrong, and which keyword found it. */
  record Found(Place place, String keyword, String message) {}

  /** There are as many faults as are wanted. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Enough() {
      super("Enough faults", null, false, false);
    }
  }

  /** The schema leads deeper than can be followed. */
  static final class TooDeep extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooDeep() {
      super("Too deep", null, false, false);
    }
  }

  private final Budget budget;
  private final boolean tracking;
  private final int maxFaults;
  private final Order order;
  private final List<Resource> scope = new ArrayList<>();
  private final List<Found> told = new ArrayList<>();
  private List<Found> faults = told;
  private int silence;
  private int depth;

  /**
   * Starts one.
   *
   * @param tracking whether the schema asks anywhere for what is {@code unevaluated…}
   * @param maxFaults how many faults are wanted: it stops at as many
   */
  Evaluation(Budget budget, boolean tracking, int maxFaults) {
    this.budget = budget;
    this.tracking = tracking;
    this.maxFaults = maxFaults;
    order = new Order(budget);
  }

  Budget budget() {
    return budget;
  }

  Order order() {
    return order;
  }

  /** What is wrong with the value by that schema. */
  List<Found> faults(Schema schema, Object value) {
    try {
      schema.fits(this, value, null, null);
    } catch (Enough e) {
      // What was found before is what is wanted.
    }
    return told;
  }

  void enter(Resource resource) {
    budget.spend(ENTRY);
    if (++depth > MAX_DEPTH) {
      throw new TooDeep();
    }
    if (resource != null) {
      scope.add(resource);
    }
  }

  void leave(Resource resource) {
    depth--;
    if (resource != null) {
      scope.remove(scope.size() - 1);
    }
  }

  /** Where the outermost resource that was entered and has such an anchor puts it. */
  Schema dynamic(String anchor) {
    for (Resource resource : scope) {
      budget.spend(1);
      Schema schema = resource.dynamicAnchors().get(anchor);
      if (schema != null) {
        return schema;
      }
    }
    throw new IllegalStateException("A $dynamicRef was entered outside of its resource");
  }

  /** What to keep what is looked at of that value in; null if nobody will ask. */
  Seen seen(Object value) {
    return tracking && (value instanceof Map || value instanceof List) ? new Seen(budget) : null;
  }

  boolean isTracking() {
    return tracking;
  }

  /** Whether nobody wants to know the faults, but only that there are some. */
  boolean isSilent() {
    return silence > 0;
  }

  /** Whether the value fits, without telling its faults. */
  boolean silently(Schema schema, Object value, Place place, Seen seen) {
    silence++;
    boolean fits = schema.fits(this, value, place, seen);
    silence--;
    return fits;
  }

  /** The faults that a value has by a schema, without telling them yet. */
  List<Found> tried(Schema schema, Object value, Place place, Seen seen) {
    List<Found> outer = faults;
    faults = new ArrayList<>();
    schema.fits(this, value, place, seen);
    List<Found> tried = faults;
    faults = outer;
    return tried;
  }

  /** Tells what has been {@link #tried}. */
  void tell(List<Found> found) {
    found.forEach(fault -> fault(fault.place(), fault.keyword(), fault.message()));
  }

  /** Tells of a fault; always false, as what a check then says. */
  boolean fault(Place place, String keyword, String message) {
    if (silence == 0 && faults.size() < maxFaults) {
      faults.add(new Found(place, keyword, message));
      if (faults == told && told.size() == maxFaults) {
        throw new Enough();
      }
    }
    return false;
  }
}
