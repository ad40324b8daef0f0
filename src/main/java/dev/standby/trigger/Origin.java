package dev.standby.trigger;

/**
 * Who asks, and from where: what the trigger's {@code sent_by} and {@code canceled_by} and the
 * audit log say (contract, section "Access").
 *
 * @param actor {@code key:<id>}, {@code oidc:<sub>}, {@code callback}, {@code bus}, {@code
 *     anonymous} or {@code cli}; and what acts by itself, {@code deadline} or {@code retention}
 * @param address the client's address; null when it is not known
 * @param requestId the request's id; null when there is none
 */
public record Origin(String actor, String address, String requestId) {
  /** Somebody on the event bus: whoever the cluster lets in. */
  public static final Origin BUS = new Origin("bus", null, null);

  /** Whoever operates the node, at its command line. */
  public static final Origin COMMAND_LINE = new Origin("cli", null, null);
}
