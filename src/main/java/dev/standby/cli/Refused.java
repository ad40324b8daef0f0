package dev.standby.cli;

import java.util.Map;

/** A node's answer that is an error: its problem document in words (contract, section "Errors"). */
final class Refused extends Trouble {
  private final int status;
  private final long retryAfterMillis;

  private Refused(int status, String message, long retryAfterMillis) {
    super(message);
    this.status = status;
    this.retryAfterMillis = retryAfterMillis;
  }

  /** The refusal that an answer is. */
  static Refused of(Answer answer) {
    return new Refused(
        answer.status(), answer.status() + " " + detail(answer), answer.retryAfterMillis());
  }

  private static String detail(Answer answer) {
    Map<String, String> problem;
    try {
      problem = Json.fields(answer.body());
    } catch (Trouble notJson) {
      // Something in between has answered, a proxy maybe.
      return "The answer is no problem document: is this a node?";
    }
    StringBuilder detail =
        new StringBuilder(Json.text(problem.getOrDefault("detail", problem.get("title"))));
    for (String fault : Json.elements(problem.getOrDefault("errors", "[]"))) {
      Map<String, String> fields = Json.fields(fault);
      detail.append("; ").append(Json.text(fields.get("pointer")));
      detail.append(' ').append(Json.text(fields.get("message")));
    }
    return detail.toString();
  }

  /** The HTTP status. */
  int status() {
    return status;
  }

  /** Whether the same may be answered otherwise before long. */
  boolean passing() {
    return status == 429
        || status == 502
        || status == 503
        || status == 504
        // The same request is being carried out already (contract, section "Safe to repeat").
        || (status == 409 && retryAfterMillis > 0);
  }

  /** When to come back, in milliseconds from now; 0 if the node has not said. */
  long retryAfterMillis() {
    return retryAfterMillis;
  }
}
