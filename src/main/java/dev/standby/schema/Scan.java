package dev.standby.schema;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/** Finds the schemas within a schema, and what they may be referred to by. */
final class Scan {
  /** The only dialect. */
  static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private static final Set<String> HOLDING_ONE =
      Set.of(
          "not",
          "if",
          "then",
          "else",
          "contains",
          "items",
          "additionalProperties",
          "propertyNames",
          "unevaluatedItems",
          "unevaluatedProperties",
          "contentSchema");
  private static final Set<String> HOLDING_A_LIST =
      Set.of("allOf", "anyOf", "oneOf", "prefixItems");
  private static final Set<String> HOLDING_A_MAP =
      Set.of("$defs", "definitions", "properties", "patternProperties", "dependentSchemas");

  private final Library standard;
  private final Library own;
  private final Queue<Schema> found = new ArrayDeque<>();

  /**
   * Starts one.
   *
   * @param standard what must not be defined anew
   * @param own takes what is found
   */
  Scan(Library standard, Library own) {
    this.standard = standard;
    this.own = own;
  }

  /** The next that was found and not yet asked for; null if there is none. */
  Schema next() {
    return found.poll();
  }

  /**
   * Takes in the schema {@code json}, which the meta-schema allows, and those within it.
   *
   * @param around the resource that it is in, or the URI that it has if it is the root
   */
  void add(Object json, Resource around, Place place) {
    if (!(json instanceof Map) || own.schema(json) != null) {
      return;
    }
    Map<String, Object> members = Json.members(json);
    if (members.get("$schema") instanceof String dialect
        && !dialect.equals(DIALECT)
        && !dialect.equals(DIALECT + "#")) {
      throw new Refusal(
          Place.member(place, "$schema"),
          "is another dialect than JSON Schema 2020-12, " + Json.shown(DIALECT));
    }
    Resource resource = around;
    if (members.get("$id") instanceof String id) {
      resource = resource(Uris.resolve(around.base(), id, Place.member(place, "$id")), json, place);
    } else if (around.root() == json) {
      own.add(resource);
    }
    Schema schema = new Schema(members, resource, place);
    own.add(schema);
    found.add(schema);
    anchor(schema, "$anchor");
    anchor(schema, "$dynamicAnchor");
    for (Map.Entry<String, Object> member : members.entrySet()) {
      within(member.getKey(), member.getValue(), resource, Place.member(place, member.getKey()));
    }
  }

  private Resource resource(URI id, Object json, Place place) {
    URI base = Uris.withoutFragment(id);
    if (own.resource(base) != null || standard.resource(base) != null) {
      throw new Refusal(Place.member(place, "$id"), "is the URI of another schema already");
    }
    Resource resource = new Resource(base, json);
    own.add(resource);
    return resource;
  }

  private static void anchor(Schema schema, String keyword) {
    if (!(schema.json().get(keyword) instanceof String name)) {
      return;
    }
    Resource resource = schema.resource();
    Object before = resource.anchors().put(name, schema.json());
    if (before != null && before != schema.json()) {
      throw new Refusal(
          Place.member(schema.place(), keyword), "is the name of another place already");
    }
    if (keyword.equals("$dynamicAnchor")) {
      resource.dynamicAnchors().put(name, schema);
    }
  }

  private void within(String keyword, Object value, Resource resource, Place place) {
    if (HOLDING_ONE.contains(keyword)) {
      add(value, resource, place);
    } else if (HOLDING_A_LIST.contains(keyword) && value instanceof List) {
      int index = 0;
      for (Object element : Json.elements(value)) {
        add(element, resource, Place.element(place, index++));
      }
    } else if (HOLDING_A_MAP.contains(keyword) && value instanceof Map) {
      for (Map.Entry<String, Object> member : Json.members(value).entrySet()) {
        add(member.getValue(), resource, Place.member(place, member.getKey()));
      }
    }
  }
}
