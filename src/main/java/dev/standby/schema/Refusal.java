package dev.standby.schema;

/** A JSON text that can't be used, and why; within this room only. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String pointer;

  Refusal(Place place, String why) {
    this(Place.pointer(place), why);
  }

  Refusal(String pointer, String why) {
    super(why, null, false, false);
    this.pointer = pointer;
  }

  /** Where in the text. */
  String pointer() {
    return pointer;
  }
}
