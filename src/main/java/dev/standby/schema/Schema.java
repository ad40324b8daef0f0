package dev.standby.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One schema, at the root of the text or anywhere in it; its checks are put in after it is made.
 */
final class Schema {
  /** {@code true}. */
  static final Schema ALWAYS = new Schema(null, null, null);

  /** {@code false}. */
  static final Schema NEVER = new Schema(null, null, null);

  static {
    NEVER.checks.add((e, value, place, seen) -> e.fault(place, "false", "is not allowed"));
  }

  private final Map<String, Object> json;
  private final Resource resource;
  private final Place place;
  private final List<Check> checks = new ArrayList<>(4);
  private final List<Schema> inPlace = new ArrayList<>(2);

  Schema(Map<String, Object> json, Resource resource, Place place) {
    this.json = json;
    this.resource = resource;
    this.place = place;
  }

  Map<String, Object> json() {
    return json;
  }

  Resource resource() {
    return resource;
  }

  /** Where it stands in the text. */
  Place place() {
    return place;
  }

  void add(Check check) {
    checks.add(check);
  }

  /** Notes that a value which comes here may come to {@code other} as it is. */
  void leadsTo(Schema other) {
    inPlace.add(other);
  }

  /** Those that a value which comes here may come to as it is. */
  List<Schema> inPlace() {
    return inPlace;
  }

  /**
   * Whether the value fits.
   *
   * @param seen takes what was looked at of the value, if it fits; may be null
   */
  boolean fits(Evaluation evaluation, Object value, Place at, Seen seen) {
    evaluation.enter(resource);
    Seen own = evaluation.seen(value);
    boolean fits = true;
    for (Check check : checks) {
      if (!check.passes(evaluation, value, at, own)) {
        fits = false;
        if (evaluation.isSilent()) {
          break;
        }
      }
    }
    if (fits && seen != null) {
      seen.addAll(own);
    }
    evaluation.leave(resource);
    return fits;
  }
}
