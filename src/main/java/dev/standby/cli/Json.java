package dev.standby.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as text: taken apart and put together without touching what is in it, to the last digit. */
final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private Json() {}

  /**
   * The fields of an object in their order, the values as they stand there.
   *
   * @throws Trouble if it is no object
   */
  static Map<String, String> fields(String object) {
    Map<String, String> fields = new LinkedHashMap<>();
    try (JsonParser parser = FACTORY.createParser(object)) {
      expect(parser, JsonToken.START_OBJECT);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        fields.put(name, value(parser, object));
      }
    } catch (IOException e) {
      throw notJson(e);
    }
    return fields;
  }

  /**
   * The elements of an array, as they stand there.
   *
   * @throws Trouble if it is no array
   */
  static List<String> elements(String array) {
    List<String> elements = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(array)) {
      expect(parser, JsonToken.START_ARRAY);
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(parser, array));
      }
    } catch (IOException e) {
      throw notJson(e);
    }
    return elements;
  }

  /**
   * One value, without the white space around it.
   *
   * @throws Trouble if it is not JSON, or more than one value
   */
  static String checked(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new Trouble("Not JSON: there is nothing");
      }
      String value = value(parser, text);
      if (parser.nextToken() != null) {
        throw new Trouble("Not JSON: there is more after the value");
      }
      return value;
    } catch (IOException e) {
      throw notJson(e);
    }
  }

  /** What {@link #fields} has taken apart. */
  static String object(Map<String, String> fields) {
    JsonObject object = new JsonObject();
    fields.forEach(object::raw);
    return object.end();
  }

  /** The text that a JSON string stands for; other values as they are, null for null. */
  static String text(String value) {
    if (value == null || !value.startsWith("\"")) {
      return value;
    }
    try (JsonParser parser = FACTORY.createParser(value)) {
      parser.nextToken();
      return parser.getText();
    } catch (IOException e) {
      throw notJson(e);
    }
  }

  /** As a JSON string. */
  static String quote(String text) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /** What stands in {@code source} where the parser is. */
  private static String value(JsonParser parser, String source) throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    return source.substring(start, (int) parser.currentLocation().getCharOffset());
  }

  private static void expect(JsonParser parser, JsonToken token) throws IOException {
    if (parser.nextToken() != token) {
      throw new Trouble("The answer is not the JSON that was expected: is this a node?");
    }
  }

  private static Trouble notJson(IOException e) {
    if (e instanceof JsonProcessingException json && json.getLocation() != null) {
      return new Trouble(
          "Not JSON, at line %d, column %d"
              .formatted(json.getLocation().getLineNr(), json.getLocation().getColumnNr()));
    }
    return new Trouble("Not JSON");
  }
}
