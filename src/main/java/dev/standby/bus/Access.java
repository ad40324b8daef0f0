package dev.standby.bus;

import dev.standby.trigger.ApiKey;
import dev.standby.trigger.AuditEntry;
import dev.standby.trigger.Command;
import dev.standby.trigger.IdempotencyKey;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Principal;
import java.time.Instant;
import java.util.List;

/** What the rooms of a node tell each other about who may come in; none of it leaves the node. */
public final class Access {
  private Access() {}

  /**
   * Who has come with valid credentials.
   *
   * @param validUntil when they expire; null if they do not
   */
  public record Grant(Principal principal, Instant validUntil) {}

  /**
   * A key with what its secret is checked against.
   *
   * @param secretHash SHA-256 of the secret, in hexadecimal digits
   * @param valid whether it is neither expired nor revoked, by the database's clock
   */
  public record StoredKey(ApiKey key, String secretHash, boolean valid) {}

  /**
   * A key to be stored.
   *
   * @param secretHash SHA-256 of the secret, in hexadecimal digits
   */
  public record NewKey(String id, String secretHash, ApiKey.Request request) {}

  /**
   * A key that was made.
   *
   * @param text the whole of it, which is shown this once
   */
  public record IssuedKey(ApiKey key, String text) {
    /** Leaves the secret out. */
    @Override
    public String toString() {
      return "IssuedKey[" + key.id() + "]";
    }
  }

  /** A key to be made once. */
  public record IssueOnce(ApiKey.Request request, IdempotencyKey key) {}

  /** A key to be stored once, and shown again to who repeats the request. */
  public record NewIssuedKey(NewKey key, String text) {
    /** Leaves the secret out. */
    @Override
    public String toString() {
      return "NewIssuedKey[" + key.id() + "]";
    }
  }

  /**
   * A key to be revoked.
   *
   * @param projectId whose; null for whichever has it
   */
  public record Revocation(String id, String projectId, Origin origin) {
    /** Checks the project. */
    public Revocation {
      Command.checkProject(projectId);
    }
  }

  /**
   * A page to be read, newest first.
   *
   * @param projectId whose
   * @param before only what is older; null for the first page
   */
  public record PageRequest(String projectId, int limit, Instant before) {
    /** Checks the project. */
    public PageRequest {
      Command.checkProject(projectId);
    }
  }

  /** A page of keys. */
  public record KeyPage(List<ApiKey> keys, boolean hasMore) {
    /** Keeps its own copy of the list. */
    public KeyPage {
      keys = List.copyOf(keys);
    }
  }

  /** A page of the audit log. */
  public record AuditPage(List<AuditEntry> entries, boolean hasMore) {
    /** Keeps its own copy of the list. */
    public AuditPage {
      entries = List.copyOf(entries);
    }
  }

  /**
   * What callback links are signed with.
   *
   * @param secrets the newest first; at least one
   */
  public record CallbackSecrets(List<CallbackSecret> secrets) {
    /** Keeps its own copy of the list. */
    public CallbackSecrets {
      secrets = List.copyOf(secrets);
    }
  }

  /**
   * One of them.
   *
   * @param secret in hexadecimal digits
   */
  public record CallbackSecret(int id, String secret) {
    /** Leaves the secret out. */
    @Override
    public String toString() {
      return "CallbackSecret[" + id + "]";
    }
  }

  /**
   * A new callback secret.
   *
   * @param overlapSecs how long the others are accepted still
   */
  public record Rotation(String secret, int overlapSecs) {
    /** Leaves the secret out. */
    @Override
    public String toString() {
      return "Rotation[" + overlapSecs + " s]";
    }
  }
}
