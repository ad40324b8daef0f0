package dev.standby.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON as Java values: sorted maps, lists, strings, {@link Decimal}s, booleans and {@link
 * Null#NULL}. Sorted, so that no choice of names makes them slow, and faults come in one order.
 */
final class Json {
  /** JSON's null. */
  enum Null {
    NULL
  }

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          // Names are the clients' to choose: a table of them would only grow.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final int MAX_SHOWN_CHARS = 60;

  private final JsonParser parser;
  private final int maxDepth;
  private final Budget budget;

  private Json(JsonParser parser, int maxDepth, Budget budget) {
    this.parser = parser;
    this.maxDepth = maxDepth;
    this.budget = budget;
  }

  /**
   * Reads one value.
   *
   * @throws Refusal if it is not JSON, is nested deeper than {@code maxDepth}, or has a member
   *     twice
   */
  static Object parse(String text, int maxDepth, Budget budget) {
    budget.spend(100 + text.length());
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      Object value = new Json(parser, maxDepth, budget).value(null, 0);
      if (parser.nextToken() != null) {
        throw new Refusal((Place) null, "has more after its JSON");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new Refusal(
          (Place) null,
          e.getLocation() == null
              ? "is not JSON"
              : "is not JSON at character " + e.getLocation().getCharOffset());
    } catch (IOException e) {
      throw new IllegalStateException("Reading a string failed", e);
    }
  }

  private Object value(Place place, int depth) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new Refusal(place, "is not JSON: it ends too early");
    }
    if (token.isStructStart() && depth >= maxDepth) {
      throw new Refusal(place, "is nested deeper than " + maxDepth);
    }
    budget.spend(10);
    return switch (token) {
      case START_OBJECT -> object(place, depth);
      case START_ARRAY -> array(place, depth);
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Null.NULL;
      default -> {
        Decimal number = Decimal.of(parser.getText());
        if (number == null) {
          throw new Refusal(place, "is a number out of range");
        }
        yield number;
      }
    };
  }

  private Map<String, Object> object(Place place, int depth) throws IOException {
    Map<String, Object> members = new TreeMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      Place at = Place.member(place, name);
      parser.nextToken();
      if (members.put(name, value(at, depth + 1)) != null) {
        throw new Refusal(at, "is given twice");
      }
    }
    return members;
  }

  private List<Object> array(Place place, int depth) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(Place.element(place, elements.size()), depth + 1));
    }
    return elements;
  }

  /** An object's members. Whoever asks knows that it is one. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> members(Object object) {
    return (Map<String, Object>) object;
  }

  /** An array's elements. Whoever asks knows that it is one. */
  @SuppressWarnings("unchecked")
  static List<Object> elements(Object array) {
    return (List<Object>) array;
  }

  /** The name of its type in JSON Schema. */
  static String type(Object value) {
    if (value instanceof String) {
      return "string";
    } else if (value instanceof Decimal number) {
      return number.isInteger() ? "integer" : "number";
    } else if (value instanceof Map) {
      return "object";
    } else if (value instanceof List) {
      return "array";
    }
    return value instanceof Boolean ? "boolean" : "null";
  }

  /** A text of the schema's, as far as it is worth showing, on one line. */
  static String shown(String text) {
    String start =
        text.codePointCount(0, Math.min(text.length(), 2 * MAX_SHOWN_CHARS)) <= MAX_SHOWN_CHARS
            ? text
            : text.substring(0, text.offsetByCodePoints(0, MAX_SHOWN_CHARS)) + "…";
    StringBuilder out = new StringBuilder();
    start.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c).forEach(out::appendCodePoint);
    return "'" + out + "'";
  }
}
