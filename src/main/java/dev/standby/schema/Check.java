package dev.standby.schema;

/** What one keyword of a schema asks of a value; tells the evaluation what is wrong with it. */
@FunctionalInterface
interface Check {
  /**
   * Whether the value passes.
   *
   * @param place where the value is
   * @param seen takes what the keyword has looked at of the value, for {@code unevaluated…}
   */
  boolean passes(Evaluation evaluation, Object value, Place place, Seen seen);
}
