package dev.standby.http;

/** A page as it is written: what comes from elsewhere goes in as text alone. */
final class Html {
  private final StringBuilder out = new StringBuilder();

  /** Adds markup of our own. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  /** Adds text of whomever, also inside the quotes of an attribute. */
  Html text(String text) {
    out.append(
        text.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;")
            .replace("'", "&#39;"));
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
