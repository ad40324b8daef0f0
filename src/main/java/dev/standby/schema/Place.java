package dev.standby.schema;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where in a JSON value, as the way back to its root; null is the root.
 *
 * @param name of a member; null when it is an element
 * @param index of an element
 */
record Place(Place parent, String name, int index) {
  /** A longer one would be no help, and many of them would be a large answer. */
  private static final int MAX_POINTER_CHARS = 1_000;

  static Place member(Place parent, String name) {
    return new Place(parent, name, -1);
  }

  static Place element(Place parent, int index) {
    return new Place(parent, null, index);
  }

  /** RFC 6901; when that would be too long, the pointer to what is around it and short enough. */
  static String pointer(Place place) {
    Deque<Place> way = new ArrayDeque<>();
    for (Place at = place; at != null; at = at.parent) {
      way.push(at);
    }
    StringBuilder pointer = new StringBuilder();
    for (Place at : way) {
      String token = at.name == null ? Integer.toString(at.index) : at.name;
      if (pointer.length() + token.length() >= MAX_POINTER_CHARS) {
        break;
      }
      pointer.append('/').append(token.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }
}
