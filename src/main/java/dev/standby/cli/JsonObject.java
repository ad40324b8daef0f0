package dev.standby.cli;

/** A JSON object that is being written; what is null is left out. */
final class JsonObject {
  private final StringBuilder json = new StringBuilder("{");

  JsonObject text(String name, String value) {
    return raw(name, value == null ? null : Json.quote(value));
  }

  /** A value that is JSON already, or whose text is. */
  JsonObject raw(String name, Object value) {
    if (value != null) {
      if (json.length() > 1) {
        json.append(',');
      }
      json.append(Json.quote(name)).append(':').append(value);
    }
    return this;
  }

  String end() {
    return json + "}";
  }
}
