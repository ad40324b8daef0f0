package dev.standby.trigger;

/**
 * By what a request is known when it is repeated (contract, section "Safe to repeat").
 *
 * @param text as the client has chosen it; it may be a secret
 * @param projectId whose; empty for none
 */
public record IdempotencyKey(String text, String projectId) {
  /** The longest, in characters. */
  public static final int MAX_CHARS = 255;

  /**
   * A key that a client has sent.
   *
   * @param projectId null for none
   * @throws Rejection with {@link Reason#BAD_REQUEST} if it can't be one
   */
  public static IdempotencyKey of(String text, String projectId) {
    if (text.isEmpty()
        || text.length() > MAX_CHARS
        || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw Rejection.badRequest(
          "The idempotency key must have 1 to " + MAX_CHARS + " visible ASCII characters");
    }
    return new IdempotencyKey(text, projectId == null ? "" : projectId);
  }

  /** The same key, used by whoever has that link: nobody else's, whatever it is called. */
  public IdempotencyKey of(TriggerRef ref) {
    // No key that a client sends has a space.
    return new IdempotencyKey(ref.id() + " " + text, ref.projectId());
  }

  /** Leaves the key out. */
  @Override
  public String toString() {
    return "IdempotencyKey[" + projectId + "]";
  }
}
