package dev.standby.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** All pages of a list, one after the other. */
final class Pages {
  /** The most that a page may be asked for. */
  static final int LARGEST = 1000;

  private Pages() {}

  /**
   * Reads pages until there are no more, or the reader has had enough.
   *
   * @param list asks for the list, without a page
   * @param reader takes what is on a page; false when it is the last one that it wants
   */
  static void read(
      Node node, Supplier<Request> list, int pageSize, Predicate<List<String>> reader) {
    String cursor = null;
    boolean more = true;
    while (more) {
      Request page = list.get().query("limit", pageSize).query("cursor", cursor);
      Map<String, String> fields = Json.fields(node.ask(page).body());
      cursor = Json.text(fields.get("next_cursor"));
      more = reader.test(Json.elements(fields.get("data"))) && cursor != null;
    }
  }
}
