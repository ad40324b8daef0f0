package dev.standby.bus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.standby.trigger.Rejection;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * JSON as text: reads the one object that a request is, leaves payloads as the text they are, and
 * refuses what PostgreSQL could not store.
 */
public final class JsonText {
  /** What the value of a field may be, and the Java type it is read as. */
  public enum Kind {
    /** A string; {@code String}. */
    TEXT,
    /** A whole number in the range of an int; {@code Integer}. */
    INTEGER,
    /** True or false; {@code Boolean}. */
    FLAG,
    /** Any JSON; its compact text as a {@code String}. */
    JSON
  }

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          // Names are the clients' to choose: a table of them would only grow, or be made to
          // collide.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
          .build();

  private static final ObjectMapper VALUES =
      new ObjectMapper(FACTORY)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

  private static final Comparator<JsonNode> BY_VALUE =
      (a, b) -> {
        if (a.isNumber() && b.isNumber()) {
          return a.decimalValue().compareTo(b.decimalValue());
        }
        return a.equals(b) ? 0 : 1;
      };

  /** How deep our own JSON may be nested, which has payloads in it. */
  private static final int OWN_DEPTH = JsonValue.MAX_DEPTH + 10;

  private JsonText() {}

  /**
   * Reads one object with no fields but those in {@code fields}.
   *
   * @return the fields that are there, each of the type of its kind
   * @throws Rejection naming the field that is unknown, repeated or of a wrong type, or saying
   *     where the text stops being JSON
   */
  public static Map<String, Object> object(String text, Map<String, Kind> fields) {
    return object(text, fields, false);
  }

  /**
   * As {@link #object}, but what is not in {@code fields} is passed over: a newer node wrote it.
   */
  static Map<String, Object> known(String text, Map<String, Kind> fields) {
    return object(text, fields, true);
  }

  private static Map<String, Object> object(
      String text, Map<String, Kind> fields, boolean passOver) {
    Map<String, Object> values = new HashMap<>(8);
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Rejection.badRequest("The body must be a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        Kind kind = fields.get(name);
        if (kind == null && passOver) {
          parser.nextToken();
          parser.skipChildren();
          continue;
        }
        if (kind == null) {
          throw Rejection.badRequest("Unknown field '" + printable(name) + "'");
        }
        parser.nextToken();
        int depth = passOver ? OWN_DEPTH : JsonValue.MAX_DEPTH;
        if (values.put(name, value(parser, text, name, kind, depth)) != null) {
          throw Rejection.badRequest("The field '" + name + "' is given twice");
        }
      }
      if (parser.nextToken() != null) {
        throw Rejection.badRequest("The body has more after its JSON object");
      }
    } catch (IOException e) {
      throw notJson(e);
    }
    return values;
  }

  /**
   * Reads one value, of any kind.
   *
   * @return its compact text
   * @throws Rejection if it is not JSON, or could not be stored
   */
  public static String value(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw Rejection.badRequest("Not JSON: there is nothing");
      }
      String value = JsonValue.capture(parser, text, "payload", JsonValue.MAX_DEPTH);
      if (parser.nextToken() != null) {
        throw Rejection.badRequest("The body has more after its JSON");
      }
      return value;
    } catch (IOException e) {
      throw notJson(e);
    }
  }

  /** The instant that a field of our own JSON holds; null stays null. */
  static Instant instant(Object text) {
    return text == null ? null : Instant.parse((String) text);
  }

  /** The elements of a JSON array, each as compact text. */
  static List<String> elements(String array) {
    List<String> elements = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(array)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw Rejection.badRequest("Expected a JSON array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(JsonValue.capture(parser, array, "element", OWN_DEPTH));
      }
    } catch (IOException e) {
      throw notJson(e);
    }
    return elements;
  }

  /** Whether two JSON texts are the same value (contract: "Equal payloads"); null is absence. */
  public static boolean equalValues(String a, String b) {
    if (a == null || b == null || a.equals(b)) {
      return Objects.equals(a, b);
    }
    try {
      return VALUES.readTree(a).equals(BY_VALUE, VALUES.readTree(b));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A stored payload is not JSON", e);
    }
  }

  /** Appends {@code value} as a JSON string. */
  static void quote(StringBuilder out, String value) {
    out.append('"');
    JsonStringEncoder.getInstance().quoteAsString(value, out);
    out.append('"');
  }

  private static Object value(JsonParser parser, String text, String name, Kind kind, int depth)
      throws IOException {
    JsonToken token = parser.currentToken();
    return switch (kind) {
      case JSON -> JsonValue.capture(parser, text, name, depth);
      case TEXT -> {
        if (token != JsonToken.VALUE_STRING) {
          throw Rejection.badRequest("'" + name + "' must be a string");
        }
        yield parser.getText();
      }
      case FLAG -> {
        if (!token.isBoolean()) {
          throw Rejection.badRequest("'" + name + "' must be true or false");
        }
        yield parser.getBooleanValue();
      }
      case INTEGER -> integer(parser, name);
    };
  }

  private static Integer integer(JsonParser parser, String name) throws IOException {
    if (!parser.currentToken().isNumeric()) {
      throw Rejection.badRequest("'" + name + "' must be a whole number");
    }
    JsonValue.checkNumber(parser.getText(), name);
    try {
      return parser.getDecimalValue().intValueExact();
    } catch (ArithmeticException e) {
      throw Rejection.badRequest("'" + name + "' must be a whole number within its range");
    }
  }

  private static Rejection notJson(IOException e) {
    if (e instanceof StreamConstraintsException) {
      return Rejection.badRequest("The JSON is nested too deep");
    }
    if (e instanceof JsonProcessingException json && json.getLocation() != null) {
      return Rejection.badRequest(
          String.format(
              "Not JSON, at line %d, column %d: %s",
              json.getLocation().getLineNr(),
              json.getLocation().getColumnNr(),
              printable(json.getOriginalMessage())));
    }
    return Rejection.badRequest("Not JSON");
  }

  /** Text of a client that is safe to show in an answer: short, and without control characters. */
  static String printable(String text) {
    String line = text.replaceAll("\\p{Cntrl}+|\\p{Cs}", " ");
    return line.length() <= 200 ? line : line.substring(0, line.offsetByCodePoints(0, 100)) + "…";
  }
}
