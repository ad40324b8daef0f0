package dev.standby.access;

import java.util.List;

/** Event keys that a careless comparison, or a careless LIKE, would take for each other. */
final class LookAlikes {
  static final List<String> KEYS =
      List.of(
          "order",
          "Order",
          "ORDER",
          "order ",
          "order%",
          "order_",
          "order\\",
          "ord_r",
          "ord%",
          "o%der",
          "order/1",
          "order/10",
          "order.1",
          "order%2F1",
          "%",
          "_",
          "\\",
          "ordér",
          "orde\u0301r",
          "'order'",
          "order\u00a0");

  private LookAlikes() {}

  /** Those that start with that text, character by character. */
  static List<String> startingWith(String prefix) {
    return KEYS.stream().filter(key -> key.startsWith(prefix)).toList();
  }
}
