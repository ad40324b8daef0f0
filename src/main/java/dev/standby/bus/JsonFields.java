package dev.standby.bus;

/** Writes one JSON object, field by field; a null value leaves its field out. */
final class JsonFields {
  private final StringBuilder out = new StringBuilder(256).append('{');

  /** A field whose value is the text of {@code value}, quoted. */
  public JsonFields text(String name, Object value) {
    if (value != null) {
      name(name);
      JsonText.quote(out, value.toString());
    }
    return this;
  }

  /** A field whose value is JSON as it stands: a number, a flag, an object's text. */
  public JsonFields raw(String name, Object json) {
    if (json != null) {
      name(name);
      out.append(json);
    }
    return this;
  }

  /** The object; nothing may be added after. */
  public String end() {
    return out.append('}').toString();
  }

  private void name(String name) {
    if (out.length() > 1) {
      out.append(',');
    }
    out.append('"').append(name).append("\":");
  }
}
