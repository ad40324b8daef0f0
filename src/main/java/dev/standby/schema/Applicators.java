package dev.standby.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The keywords that hand a value on, as it is, to other schemas. */
final class Applicators {
  private Applicators() {}

  static Check ref(Schema target) {
    return (e, value, place, seen) -> target.fits(e, value, place, seen);
  }

  static Check dynamicRef(String anchor) {
    return (e, value, place, seen) -> e.dynamic(anchor).fits(e, value, place, seen);
  }

  static Check allOf(List<Schema> schemas) {
    return (e, value, place, seen) -> {
      boolean passes = true;
      for (Schema schema : schemas) {
        if (!schema.fits(e, value, place, seen)) {
          passes = false;
          if (e.isSilent()) {
            break;
          }
        }
      }
      return passes;
    };
  }

  static Check anyOf(List<Schema> schemas) {
    return (e, value, place, seen) -> {
      boolean passes = false;
      for (Schema schema : schemas) {
        passes |= e.silently(schema, value, place, seen);
        if (passes && !e.isTracking()) {
          return true;
        }
      }
      return passes || tellNone(e, "anyOf", schemas, value, place);
    };
  }

  static Check oneOf(List<Schema> schemas) {
    return (e, value, place, seen) -> {
      int fitting = 0;
      for (Schema schema : schemas) {
        if (e.silently(schema, value, place, seen) && ++fitting > 1) {
          return e.fault(
              place, "oneOf", "must fit exactly one of the schemas in 'oneOf', and fits several");
        }
      }
      return fitting == 1 || tellNone(e, "oneOf", schemas, value, place);
    };
  }

  /** The faults by the one schema whose type the value is of, if there is just one. */
  private static boolean tellNone(
      Evaluation e, String keyword, List<Schema> schemas, Object value, Place place) {
    if (e.isSilent()) {
      return false;
    }
    List<List<Evaluation.Found>> near = new ArrayList<>();
    for (Schema schema : schemas) {
      List<Evaluation.Found> faults = e.tried(schema, value, place, null);
      boolean otherType =
          faults.stream()
              .anyMatch(f -> f.keyword().equals("type") && Objects.equals(f.place(), place));
      if (!otherType || schemas.size() == 1) {
        near.add(faults);
      }
    }
    if (near.size() == 1) {
      e.tell(near.get(0));
      return false;
    }
    return e.fault(
        place, keyword, "fits none of the " + schemas.size() + " schemas in '" + keyword + "'");
  }

  static Check not(Schema schema) {
    return (e, value, place, seen) ->
        !e.silently(schema, value, place, null)
            || e.fault(place, "not", "must not fit the schema in 'not'");
  }

  static Check condition(Schema when, Schema then, Schema otherwise) {
    return (e, value, place, seen) ->
        (e.silently(when, value, place, seen) ? then : otherwise).fits(e, value, place, seen);
  }

  static Check dependentSchemas(Map<String, Schema> schemas) {
    return (e, value, place, seen) -> {
      if (!(value instanceof Map)) {
        return true;
      }
      boolean passes = true;
      for (Map.Entry<String, Schema> dependency : schemas.entrySet()) {
        if (Assertions.has(e, Json.members(value), dependency.getKey())) {
          passes &= dependency.getValue().fits(e, value, place, seen);
        }
      }
      return passes;
    };
  }
}
