package dev.standby.schema;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** Finds what references lead to: in the schema itself, or in the standard's. */
final class References {
  private final Library standard;
  private final Library own;
  private final Scan scan;
  private final MetaSchema metaSchema;
  private final Budget budget;

  /**
   * Starts.
   *
   * @param metaSchema null while it is itself what is compiled
   */
  References(Library standard, Library own, Scan scan, MetaSchema metaSchema, Budget budget) {
    this.standard = standard;
    this.own = own;
    this.scan = scan;
    this.metaSchema = metaSchema;
    this.budget = budget;
  }

  /**
   * Where {@code reference} leads to.
   *
   * @throws Refusal if that is nowhere, or elsewhere
   */
  Schema follow(Schema from, String reference, Place place) {
    budget.spend(200 + 20L * reference.length());
    URI uri = Uris.resolve(from.resource().base(), reference, place);
    URI base = Uris.withoutFragment(uri);
    Resource resource = own.resource(base);
    boolean ours = resource != null;
    if (!ours) {
      resource = standard.resource(base);
    }
    if (resource == null) {
      throw new Refusal(
          place,
          "refers to "
              + Json.shown(base.toString())
              + ", which is not in this schema; nothing is"
              + " loaded from elsewhere");
    }
    String fragment = uri.getFragment() == null ? "" : uri.getFragment();
    Object json;
    if (fragment.isEmpty() || fragment.startsWith("/")) {
      json = resource.root();
      String[] tokens = fragment.split("/", -1);
      for (int i = 1; i < tokens.length && json != null; i++) {
        json = child(json, tokens[i].replace("~1", "/").replace("~0", "~"));
        Schema passed = json instanceof Map && ours ? own.schema(json) : null;
        resource = passed == null ? resource : passed.resource();
      }
    } else {
      json = resource.anchors().get(fragment);
    }
    if (!(json instanceof Map || json instanceof Boolean)) {
      throw new Refusal(place, "refers to no schema");
    }
    Schema schema = (ours ? own : standard).schema(json);
    if (schema == null && ours) {
      schema = adopt(json, resource, place);
    }
    if (schema == null) {
      throw new Refusal(place, "refers to no schema");
    }
    return schema;
  }

  /** A schema where none is looked for, such as below a keyword of somebody's own. */
  private Schema adopt(Object json, Resource resource, Place place) {
    if (metaSchema != null) {
      try {
        metaSchema.check(json, budget);
      } catch (Refusal e) {
        throw new Refusal(
            place,
            "refers to what is no schema: at '" + e.pointer() + "' in it, it " + e.getMessage());
      }
    }
    scan.add(json, resource, place);
    return own.schema(json);
  }

  private static Object child(Object json, String token) {
    if (json instanceof Map) {
      return Json.members(json).get(token);
    }
    if (json instanceof List && token.matches("0|[1-9][0-9]{0,8}")) {
      List<Object> elements = Json.elements(json);
      int index = Integer.parseInt(token);
      return index < elements.size() ? elements.get(index) : null;
    }
    return null;
  }

  /**
   * The name by which a {@code $dynamicRef} looks through what surrounds the evaluation; null if it
   * is no other than a {@code $ref}.
   */
  static String dynamicName(Schema target, String reference) {
    String name = reference.substring(reference.indexOf('#') + 1);
    boolean dynamic =
        reference.indexOf('#') >= 0
            && target.resource() != null
            && target.resource().dynamicAnchors().get(name) == target;
    return dynamic ? name : null;
  }
}
