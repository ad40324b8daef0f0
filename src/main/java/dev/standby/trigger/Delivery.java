package dev.standby.trigger;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What is told to the {@code notify_url} of a trigger that has ended (contract, section "More for a
 * wait"). All times are the database's.
 *
 * @param id what the receiver gets as {@code webhook-id}, the same for every attempt
 * @param triggerId which trigger it is about; a key may have had several
 * @param attempts how often it has been tried
 * @param createdAt when the trigger ended
 * @param nextAttemptAt when it is tried next; null unless it is pending
 * @param lastAttemptAt when it was tried last; null when it has not been
 * @param responseStatus what the last attempt was answered with; null when there was no answer
 * @param error why the last attempt has failed; null if it has not
 * @param deliveredAt null unless it is delivered
 */
public record Delivery(
    UUID id,
    String eventKey,
    String projectId,
    UUID triggerId,
    String url,
    State status,
    int attempts,
    Instant createdAt,
    Instant nextAttemptAt,
    Instant lastAttemptAt,
    Integer responseStatus,
    String error,
    Instant deliveredAt)
    implements Outcome {

  /** How far it is. */
  public enum State {
    /** It is tried, now or later. */
    PENDING("pending"),
    /** The receiver has taken it. */
    DELIVERED("delivered"),
    /** It is not tried any more. */
    FAILED("failed");

    private final String code;

    State(String code) {
      this.code = code;
    }

    /** The name in JSON and in the database. */
    public String code() {
      return code;
    }

    /** The state with that {@link #code()}. */
    public static State ofCode(String code) {
      for (State state : values()) {
        if (state.code.equals(code)) {
          return state;
        }
      }
      throw new IllegalArgumentException("There is no state '" + code + "'");
    }
  }

  /**
   * Lists the deliveries of a key, newest first.
   *
   * @param limit how many, 1 to {@value Command.ListPage#MAX_LIMIT}; a page grows past it rather
   *     than to split one instant
   * @param before only those that were created before; null for the first page
   */
  public record Query(String eventKey, String projectId, int limit, Instant before)
      implements Command {
    /** Checks every field. */
    public Query {
      EventKey.checked(eventKey);
      Command.checkProject(projectId);
      Command.checkRange("limit", limit, 1, Command.ListPage.MAX_LIMIT);
    }

    /** The same in that project. */
    public Query inProject(String project) {
      return new Query(eventKey, project, limit, before);
    }
  }

  /** Has a delivery tried again, whatever has become of it. */
  public record Retry(String eventKey, String projectId, UUID id, Origin origin)
      implements Command {
    /** Checks key and project. */
    public Retry {
      EventKey.checked(eventKey);
      Command.checkProject(projectId);
    }

    /** The same in that project. */
    public Retry inProject(String project) {
      return new Retry(eventKey, project, id, origin);
    }
  }

  /**
   * A page of them.
   *
   * @param deliveries newest first
   * @param hasMore whether older ones are left
   */
  public record Page(List<Delivery> deliveries, boolean hasMore) implements Outcome {
    /** Keeps its own copy of the list. */
    public Page {
      deliveries = List.copyOf(deliveries);
    }
  }
}
