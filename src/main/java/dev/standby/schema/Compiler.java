package dev.standby.schema;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes schemas' JSON, which the meta-schema allows, into checks. */
final class Compiler {
  /** The programs of a schema's patterns together: what they hold in memory. */
  private static final int MAX_PROGRAM = 20_000;

  /** Reading a longer number takes quadratic time. */
  private static final int MAX_DIVISOR_DIGITS = 500;

  private final Library own;
  private final Scan scan;
  private final References references;
  private final Budget budget;
  private boolean tracking;
  private int program;

  Compiler(Library standard, Library own, MetaSchema metaSchema, Budget budget) {
    this.own = own;
    this.budget = budget;
    scan = new Scan(standard, own);
    references = new References(standard, own, scan, metaSchema, budget);
  }

  /**
   * Compiles whole texts, which may refer to each other; their schemas are in the library that was
   * given.
   *
   * @param base the URI of one that has none of its own
   */
  void compile(List<Object> texts, URI base) {
    texts.forEach(json -> scan.add(json, new Resource(base, json), null));
    for (Schema schema = scan.next(); schema != null; schema = scan.next()) {
      compile(schema);
    }
    refuseCircles();
  }

  /** Whether anything asks for what is {@code unevaluated…}. */
  boolean isTracking() {
    return tracking;
  }

  /** How large the programs of all patterns are. */
  int program() {
    return program;
  }

  private void compile(Schema schema) {
    Map<String, Object> json = schema.json();
    budget.spend(100);
    for (Map.Entry<String, Object> member : json.entrySet()) {
      budget.spend(100);
      Check check = check(schema, member.getKey(), member.getValue());
      if (check != null) {
        schema.add(check);
      }
    }
    members(schema);
    elements(schema);
    // Last, as they ask what all the others have seen.
    if (json.containsKey("unevaluatedProperties")) {
      tracking = true;
      schema.add(Children.unevaluatedMembers(child(json.get("unevaluatedProperties"))));
    }
    if (json.containsKey("unevaluatedItems")) {
      tracking = true;
      schema.add(Children.unevaluatedElements(child(json.get("unevaluatedItems"))));
    }
  }

  private Check check(Schema schema, String keyword, Object argument) {
    return switch (keyword) {
      case "$ref" -> Applicators.ref(reference(schema, keyword));
      case "$dynamicRef" -> dynamicRef(schema);
      case "allOf" -> Applicators.allOf(inPlace(schema, argument));
      case "anyOf" -> Applicators.anyOf(inPlace(schema, argument));
      case "oneOf" -> Applicators.oneOf(inPlace(schema, argument));
      case "not" -> Applicators.not(inPlace(schema, keyword, Schema.ALWAYS));
      case "if" ->
          Applicators.condition(
              inPlace(schema, keyword, Schema.ALWAYS),
              inPlace(schema, "then", Schema.ALWAYS),
              inPlace(schema, "else", Schema.ALWAYS));
      case "dependentSchemas" -> dependentSchemas(schema, argument);
      case "propertyNames" -> Children.names(child(argument));
      case "contains" -> contains(schema.json());
      case "pattern" ->
          Assertions.pattern(regex((String) argument, Place.member(schema.place(), keyword)));
      case "multipleOf" -> multipleOf(schema, (Decimal) argument);
      default -> assertion(keyword, argument);
    };
  }

  private static Check assertion(String keyword, Object argument) {
    return switch (keyword) {
      case "type" -> Assertions.type(argument);
      case "const" -> Assertions.constant(argument);
      case "enum" -> Assertions.oneOf(Json.elements(argument));
      case "maximum" ->
          Assertions.compared(keyword, (Decimal) argument, order -> order <= 0, "at most");
      case "exclusiveMaximum" ->
          Assertions.compared(keyword, (Decimal) argument, order -> order < 0, "less than");
      case "minimum" ->
          Assertions.compared(keyword, (Decimal) argument, order -> order >= 0, "at least");
      case "exclusiveMinimum" ->
          Assertions.compared(keyword, (Decimal) argument, order -> order > 0, "more than");
      case "maxLength" -> Assertions.length(keyword, count(argument), true);
      case "minLength" -> Assertions.length(keyword, count(argument), false);
      case "maxItems" -> Assertions.elements(keyword, count(argument), true);
      case "minItems" -> Assertions.elements(keyword, count(argument), false);
      case "maxProperties" -> Assertions.members(keyword, count(argument), true);
      case "minProperties" -> Assertions.members(keyword, count(argument), false);
      case "uniqueItems" -> Boolean.TRUE.equals(argument) ? Assertions.unique() : null;
      case "required" -> Assertions.required(Json.elements(argument));
      case "dependentRequired" -> Assertions.dependentRequired(Json.members(argument));
      default -> null;
    };
  }

  private static int count(Object argument) {
    return ((Decimal) argument).asCount();
  }

  private Check multipleOf(Schema schema, Decimal divisor) {
    if (divisor.digits().length() > MAX_DIVISOR_DIGITS) {
      throw new Refusal(
          Place.member(schema.place(), "multipleOf"),
          "has more than " + MAX_DIVISOR_DIGITS + " digits");
    }
    return Assertions.multipleOf(divisor);
  }

  private Regex regex(String pattern, Place place) {
    Regex regex = Regex.of(pattern, place, budget);
    program += regex.size();
    if (program > MAX_PROGRAM) {
      throw new Refusal(place, "makes the patterns of the schema too large together");
    }
    return regex;
  }

  private Schema child(Object json) {
    return own.schema(json);
  }

  private Schema inPlace(Schema schema, String keyword, Schema otherwise) {
    Object json = schema.json().get(keyword);
    if (json == null) {
      return otherwise;
    }
    Schema next = child(json);
    schema.leadsTo(next);
    return next;
  }

  private List<Schema> inPlace(Schema schema, Object argument) {
    List<Schema> schemas = children(argument);
    schemas.forEach(schema::leadsTo);
    return schemas;
  }

  private List<Schema> children(Object argument) {
    return Json.elements(argument).stream().map(this::child).toList();
  }

  private Schema reference(Schema schema, String keyword) {
    Schema target =
        references.follow(
            schema, (String) schema.json().get(keyword), Place.member(schema.place(), keyword));
    schema.leadsTo(target);
    return target;
  }

  private Check dynamicRef(Schema schema) {
    String reference = (String) schema.json().get("$dynamicRef");
    Schema target =
        references.follow(schema, reference, Place.member(schema.place(), "$dynamicRef"));
    String name = References.dynamicName(target, reference);
    if (name != null) {
      return Applicators.dynamicRef(name);
    }
    schema.leadsTo(target);
    return Applicators.ref(target);
  }

  private Check dependentSchemas(Schema schema, Object argument) {
    Map<String, Schema> schemas = new TreeMap<>();
    Json.members(argument).forEach((name, json) -> schemas.put(name, child(json)));
    schemas.values().forEach(schema::leadsTo);
    return Applicators.dependentSchemas(schemas);
  }

  private Check contains(Map<String, Object> json) {
    Object atLeast = json.get("minContains");
    Object atMost = json.get("maxContains");
    return Children.contains(
        child(json.get("contains")),
        atLeast == null ? 1 : count(atLeast),
        atMost == null ? Integer.MAX_VALUE : count(atMost));
  }

  private void members(Schema schema) {
    Map<String, Object> json = schema.json();
    Map<String, Schema> named = new TreeMap<>();
    if (json.containsKey("properties")) {
      Json.members(json.get("properties")).forEach((name, part) -> named.put(name, child(part)));
    }
    Map<Regex, Schema> patterns = new LinkedHashMap<>();
    if (json.containsKey("patternProperties")) {
      Place place = Place.member(schema.place(), "patternProperties");
      Json.members(json.get("patternProperties"))
          .forEach(
              (pattern, part) ->
                  patterns.put(regex(pattern, Place.member(place, pattern)), child(part)));
    }
    Object rest = json.get("additionalProperties");
    if (!named.isEmpty() || !patterns.isEmpty() || rest != null) {
      schema.add(Children.members(named, patterns, rest == null ? null : child(rest)));
    }
  }

  private void elements(Schema schema) {
    Object first = schema.json().get("prefixItems");
    Object rest = schema.json().get("items");
    if (first != null || rest != null) {
      schema.add(
          Children.elements(
              first == null ? List.of() : children(first), rest == null ? null : child(rest)));
    }
  }

  /** A value that came into such a circle would never come out. */
  private void refuseCircles() {
    Set<Schema> done = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Schema> open = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Schema start : own.schemas()) {
      Deque<Schema> path = new ArrayDeque<>();
      Deque<Iterator<Schema>> ways = new ArrayDeque<>();
      if (done.add(start)) {
        open.add(start);
        path.push(start);
        ways.push(start.inPlace().iterator());
      }
      while (!path.isEmpty()) {
        budget.spend(5);
        if (!ways.peek().hasNext()) {
          ways.pop();
          open.remove(path.pop());
          continue;
        }
        Schema next = ways.peek().next();
        if (open.contains(next)) {
          throw new Refusal(next.place(), "leads back to itself without end");
        }
        if (done.add(next)) {
          open.add(next);
          path.push(next);
          ways.push(next.inPlace().iterator());
        }
      }
    }
  }
}
