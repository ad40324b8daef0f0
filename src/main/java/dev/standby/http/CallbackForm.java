package dev.standby.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.bus.JsonText;
import dev.standby.trigger.Fault;
import dev.standby.trigger.Rejection;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What the page behind a callback link asks for, by the {@code payload_schema} of the wait: a field
 * for each property; and what somebody has filled in, as a payload. A form that the page did not
 * make is none of its business.
 */
final class CallbackForm {
  /** In the forms that were made here. */
  static final String MARK = "standby.form";

  /** What the names of the fields begin with; alone it is the field for the whole payload. */
  private static final String FIELD = "payload";

  private static final int MAX_FIELDS = 40;
  private static final int MAX_OPTIONS = 100;
  private static final int SHORT_TEXT = 200;

  private enum Kind {
    YES_OR_NO,
    CHOICE,
    TEXT,
    NUMBER,
    JSON
  }

  private record Field(String name, Kind kind, JsonNode schema, boolean required) {
    String id() {
      return FIELD + "." + name;
    }

    String title() {
      return schema.path("title").asText(name.replace('_', ' '));
    }
  }

  private final List<Field> fields;

  private CallbackForm(List<Field> fields) {
    this.fields = fields;
  }

  /** The form for a schema. */
  static CallbackForm of(JsonNode schema) {
    List<Field> fields = new ArrayList<>();
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    JsonNode properties = schema.path("properties");
    if (properties.size() <= MAX_FIELDS) {
      properties
          .properties()
          .forEach(
              property ->
                  fields.add(
                      new Field(
                          property.getKey(),
                          kind(property.getValue()),
                          property.getValue(),
                          required.contains(property.getKey()))));
    }
    return new CallbackForm(List.copyOf(fields));
  }

  private static Kind kind(JsonNode schema) {
    if (schema.path("enum").size() > 0 && schema.path("enum").size() <= MAX_OPTIONS) {
      return Kind.CHOICE;
    }
    return switch (schema.path("type").asText()) {
      case "boolean" -> Kind.YES_OR_NO;
      case "string" -> Kind.TEXT;
      case "integer", "number" -> Kind.NUMBER;
      default -> Kind.JSON;
    };
  }

  /** The fields, with what was typed into them, and the buttons. */
  String html(JsonObject typed) {
    Html html = new Html().raw("<input type=\"hidden\" name=\"").text(MARK).raw("\" value=\"1\">");
    if (fields.isEmpty()) {
      html.raw("<label for=\"payload\">Your answer, as JSON</label>")
          .raw("<textarea id=\"payload\" name=\"payload\" rows=\"6\" required>")
          .text(typed.getString(FIELD, ""))
          .raw("</textarea>");
    }
    Field decision = decision();
    for (Field field : fields) {
      if (!field.equals(decision)) {
        field(html, field, typed.getString(field.id(), ""));
      }
    }
    if (decision == null) {
      return html.raw("<div class=\"buttons\"><button class=\"yes\">Send</button></div>")
          .toString();
    }
    boolean approval = decision.name().toLowerCase(Locale.ROOT).startsWith("approv");
    return html.raw("<p class=\"question\">")
        .text(decision.title())
        .raw("</p><div class=\"buttons\">")
        .raw("<button class=\"yes\" value=\"true\" name=\"")
        .text(decision.id())
        .raw(approval ? "\">Approve</button>" : "\">Yes</button>")
        .raw("<button class=\"no\" value=\"false\" name=\"")
        .text(decision.id())
        .raw(approval ? "\">Reject</button></div>" : "\">No</button></div>")
        .toString();
  }

  /**
   * The only question that is answered by yes or no: buttons answer it, and send the rest along.
   */
  private Field decision() {
    List<Field> questions =
        fields.stream().filter(field -> field.kind() == Kind.YES_OR_NO).toList();
    return questions.size() == 1 ? questions.get(0) : null;
  }

  private static void field(Html html, Field field, String typed) {
    boolean group = field.kind() == Kind.YES_OR_NO;
    if (group) {
      html.raw("<fieldset><legend>").text(field.title());
    } else {
      html.raw("<label for=\"").text(field.id()).raw("\">").text(field.title());
    }
    html.raw(field.required() ? "" : " <small>(optional)</small>")
        .raw(group ? "</legend>" : "</label>");
    String attributes =
        new Html()
            .raw(" id=\"")
            .text(field.id())
            .raw("\" name=\"")
            .text(field.id())
            .raw(field.required() ? "\" required" : "\"")
            .toString();
    switch (field.kind()) {
      case YES_OR_NO -> {
        for (String value : List.of("true", "false")) {
          html.raw("<label class=\"radio\"><input type=\"radio\" name=\"")
              .text(field.id())
              .raw("\" value=\"" + value + "\"")
              .raw(field.required() ? " required" : "")
              .raw(typed.equals(value) ? " checked> " : "> ")
              .raw(value.equals("true") ? "Yes</label>" : "No</label>");
        }
        html.raw("</fieldset>");
      }
      case CHOICE -> {
        html.raw("<select" + attributes + "><option value=\"\"></option>");
        for (JsonNode option : field.schema().path("enum")) {
          html.raw("<option value=\"")
              .text(option.toString())
              .raw(typed.equals(option.toString()) ? "\" selected>" : "\">")
              .text(option.isTextual() ? option.asText() : option.toString())
              .raw("</option>");
        }
        html.raw("</select>");
      }
      case NUMBER ->
          html.raw("<input type=\"text\" inputmode=\"decimal\" autocomplete=\"off\"" + attributes)
              .raw(" value=\"")
              .text(typed)
              .raw("\">");
      case TEXT -> {
        int longest = field.schema().path("maxLength").asInt(Integer.MAX_VALUE);
        if (longest <= SHORT_TEXT || field.schema().has("format")) {
          html.raw("<input type=\"" + inputType(field.schema()) + "\"" + attributes + " value=\"")
              .text(typed)
              .raw("\">");
        } else {
          html.raw("<textarea rows=\"3\"" + attributes + ">").text(typed).raw("</textarea>");
        }
      }
      case JSON ->
          html.raw("<textarea rows=\"4\" placeholder=\"JSON\"" + attributes + ">")
              .text(typed)
              .raw("</textarea>");
    }
    if (field.schema().path("description").isTextual()) {
      html.raw("<small>").text(field.schema().path("description").asText()).raw("</small>");
    }
  }

  private static String inputType(JsonNode schema) {
    return switch (schema.path("format").asText()) {
      case "date" -> "date";
      case "email" -> "email";
      case "uri" -> "url";
      default -> "text";
    };
  }

  /**
   * What was filled in, as JSON text.
   *
   * @throws Rejection if a field for JSON has none
   */
  String payload(JsonObject form) {
    if (fields.isEmpty()) {
      return json("", form.getString(FIELD, ""));
    }
    StringJoiner members = new StringJoiner(",", "{", "}");
    for (Field field : fields) {
      String typed = form.getString(field.id(), "");
      // What is left empty is left out; but a text that must be there may be empty.
      if (!typed.isEmpty() || (field.kind() == Kind.TEXT && field.required())) {
        members.add(Json.encode(field.name()) + ":" + value(field, typed));
      }
    }
    return JsonText.value(members.toString());
  }

  /** What does not fit goes on as text, of which the schema will say that it does not fit. */
  private static String value(Field field, String typed) {
    return switch (field.kind()) {
      case TEXT -> Json.encode(typed.replace("\r\n", "\n"));
      case YES_OR_NO -> typed.equals("true") || typed.equals("false") ? typed : Json.encode(typed);
      case NUMBER -> {
        String number = typed.trim().replace(',', '.');
        yield number.matches("-?(0|[1-9][0-9]{0,99})(\\.[0-9]{1,99})?")
            ? number
            : Json.encode(typed);
      }
      case CHOICE -> {
        for (JsonNode option : field.schema().path("enum")) {
          if (option.toString().equals(typed)) {
            yield typed;
          }
        }
        yield Json.encode(typed);
      }
      case JSON -> json("/" + field.name(), typed);
    };
  }

  private static String json(String pointer, String typed) {
    try {
      return JsonText.value(typed);
    } catch (Rejection e) {
      throw Rejection.unfit("", List.of(new Fault(pointer, "must be JSON")));
    }
  }
}
