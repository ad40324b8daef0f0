package dev.standby.schema;

import java.util.List;
import java.util.Map;

/** The keywords that look into a value: at its members, and at its elements. */
final class Children {
  private Children() {}

  /**
   * {@code properties}, {@code patternProperties} and {@code additionalProperties}.
   *
   * @param rest null if there is no {@code additionalProperties}
   */
  static Check members(Map<String, Schema> named, Map<Regex, Schema> patterns, Schema rest) {
    return (e, value, place, seen) -> {
      if (!(value instanceof Map)) {
        return true;
      }
      boolean passes = true;
      for (Map.Entry<String, Object> member : Json.members(value).entrySet()) {
        String name = member.getKey();
        e.budget().spend(20);
        Place at = Place.member(place, name);
        boolean known = false;
        Schema own = named.get(name);
        if (own != null) {
          known = true;
          passes &= own.fits(e, member.getValue(), at, null);
        }
        for (Map.Entry<Regex, Schema> pattern : patterns.entrySet()) {
          if (pattern.getKey().find(name, e.budget())) {
            known = true;
            passes &= pattern.getValue().fits(e, member.getValue(), at, null);
          }
        }
        if (!known && rest != null) {
          known = true;
          passes &= rest.fits(e, member.getValue(), at, null);
        }
        if (!passes && e.isSilent()) {
          return false;
        }
        if (known && seen != null) {
          seen.add(name);
        }
      }
      return passes;
    };
  }

  static Check names(Schema schema) {
    return (e, value, place, seen) -> {
      if (!(value instanceof Map)) {
        return true;
      }
      boolean passes = true;
      for (String name : Json.members(value).keySet()) {
        Place at = Place.member(place, name);
        if (!e.silently(schema, name, at, null)) {
          passes = e.fault(at, "propertyNames", "has a name that is not allowed");
        }
      }
      return passes;
    };
  }

  static Check unevaluatedMembers(Schema schema) {
    return (e, value, place, seen) -> {
      if (!(value instanceof Map)) {
        return true;
      }
      boolean passes = true;
      for (Map.Entry<String, Object> member : Json.members(value).entrySet()) {
        e.budget().spend(10);
        String name = member.getKey();
        if (!seen.has(name)) {
          passes &= schema.fits(e, member.getValue(), Place.member(place, name), null);
          seen.add(name);
        }
      }
      return passes;
    };
  }

  /**
   * {@code prefixItems} and {@code items}.
   *
   * @param rest null if there is no {@code items}
   */
  static Check elements(List<Schema> first, Schema rest) {
    return (e, value, place, seen) -> {
      if (!(value instanceof List)) {
        return true;
      }
      List<Object> elements = Json.elements(value);
      int end = rest == null ? Math.min(first.size(), elements.size()) : elements.size();
      boolean passes = true;
      for (int i = 0; i < end && (passes || !e.isSilent()); i++) {
        Schema schema = i < first.size() ? first.get(i) : rest;
        passes &= schema.fits(e, elements.get(i), Place.element(place, i), null);
      }
      if (seen != null) {
        seen.addElements(0, end);
      }
      return passes;
    };
  }

  static Check contains(Schema schema, int atLeast, int atMost) {
    String few = "must have at least " + atLeast + " that fit the schema in 'contains'";
    String many = "must have at most " + atMost + " that fit the schema in 'contains'";
    return (e, value, place, seen) -> {
      if (!(value instanceof List)) {
        return true;
      }
      List<Object> elements = Json.elements(value);
      int found = 0;
      for (int i = 0; i < elements.size(); i++) {
        if (e.silently(schema, elements.get(i), Place.element(place, i), null)) {
          found++;
          if (seen != null) {
            seen.add(i);
          }
        }
      }
      if (found < atLeast) {
        return e.fault(place, "contains", few);
      }
      return found <= atMost || e.fault(place, "contains", many);
    };
  }

  static Check unevaluatedElements(Schema schema) {
    return (e, value, place, seen) -> {
      if (!(value instanceof List)) {
        return true;
      }
      List<Object> elements = Json.elements(value);
      boolean passes = true;
      for (int i = 0; i < elements.size(); i++) {
        e.budget().spend(10);
        if (!seen.has(i)) {
          passes &= schema.fits(e, elements.get(i), Place.element(place, i), null);
        }
      }
      seen.addElements(0, elements.size());
      return passes;
    };
  }
}
