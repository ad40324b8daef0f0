package dev.standby.bus;

import dev.standby.trigger.Command;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Origin;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the rooms of a node tell each other about webhooks; none of it leaves the node. */
public final class Webhooks {
  private Webhooks() {}

  /**
   * Deliveries are wanted that are due.
   *
   * @param limit how many
   * @param leaseMillis for how long they are this node's
   * @param perOrigin how many to one origin
   * @param origins how many instead to those that are known better
   * @param perProject how many of one project may be under way
   * @param underWay how many are, by project
   * @param bytes how much there may be to tell, of all of them, but for the last
   */
  public record Claim(
      int limit,
      int leaseMillis,
      int perOrigin,
      Map<String, Integer> origins,
      int perProject,
      Map<String, Integer> underWay,
      long bytes) {
    /** Keeps its own copies of the maps. */
    public Claim {
      origins = Map.copyOf(origins);
      underWay = Map.copyOf(underWay);
    }
  }

  /** What was due. */
  public record Due(List<Attempt> attempts) {
    /** Keeps its own copy of the list. */
    public Due {
      attempts = List.copyOf(attempts);
    }
  }

  /**
   * An attempt to be made.
   *
   * @param number the how manieth it is
   * @param origin scheme, host and port of the URL
   * @param at the present, by the database's clock
   * @param endedAt when the trigger ended
   * @param bytes how long its payloads are
   * @param trigger null if it has been deleted
   */
  public record Attempt(
      UUID id,
      String projectId,
      int number,
      String url,
      String origin,
      Instant at,
      Instant endedAt,
      int bytes,
      EventTrigger trigger) {}

  /**
   * What has come of an attempt.
   *
   * @param state {@link Delivery.State#PENDING} if it is worth another, for as long as it is tried
   * @param status what was answered; null for nothing
   * @param error why it has failed; null if it has not
   * @param pauseSecs for how long the receiver wants to be left alone at least
   */
  public record Tried(
      Attempt attempt, Delivery.State state, Integer status, String error, int pauseSecs) {}

  /**
   * What a project's deliveries are signed with.
   *
   * @param secrets the newest first; at least one
   */
  public record Secrets(String projectId, List<Secret> secrets) {
    /** Keeps its own copy of the list. */
    public Secrets {
      secrets = List.copyOf(secrets);
    }
  }

  /**
   * One of them.
   *
   * @param text as Standard Webhooks writes it: {@code whsec_…}
   * @param retiredAt until when it signs; null as long as it has not been replaced
   */
  public record Secret(String text, Instant createdAt, Instant retiredAt) {
    /** Leaves the secret out. */
    @Override
    public String toString() {
      return "Secret[" + createdAt + "]";
    }
  }

  /** Asks for a project's secrets. */
  public record Reveal(String projectId, Origin origin) {
    /** Checks the project. */
    public Reveal {
      Command.checkProject(projectId);
    }
  }

  /**
   * Asks for a new secret.
   *
   * @param overlapSecs how long the others sign still, 0 to {@value #MAX_OVERLAP_SECS}
   */
  public record Rotation(String projectId, int overlapSecs, Origin origin) {
    /** A day. */
    public static final int DEFAULT_OVERLAP_SECS = 86_400;

    /** A month. */
    public static final int MAX_OVERLAP_SECS = 2_592_000;

    /** Checks every field. */
    public Rotation {
      Command.checkProject(projectId);
      Command.checkRange("overlap_secs", overlapSecs, 0, MAX_OVERLAP_SECS);
    }
  }
}
