package dev.standby.trigger;

import java.util.EnumSet;
import java.util.Set;

/**
 * Who a client has proved to be, and what that allows.
 *
 * @param actor what {@link Origin#actor} says of it
 * @param projectId the only project that it may touch; null for all
 * @param scopes what it may do there
 * @param keyPrefix what every event key begins with that it may touch; null for all
 */
public record Principal(String actor, String projectId, Set<Scope> scopes, String keyPrefix) {
  /** Whoever comes to a node without authentication: may do everything. */
  public static final Principal ANONYMOUS =
      new Principal("anonymous", null, EnumSet.allOf(Scope.class), null);

  /** Keeps its own copy of the scopes. */
  public Principal {
    scopes = Set.copyOf(scopes);
  }

  /**
   * Fails unless it may do that.
   *
   * @throws Rejection with {@link Reason#FORBIDDEN}
   */
  public void checkScope(Scope scope) {
    if (!scopes.contains(scope)) {
      throw Rejection.forbidden("This needs the scope " + scope.code());
    }
  }

  /**
   * The project that is meant when a request names {@code named}, null for none.
   *
   * @throws Rejection with {@link Reason#FORBIDDEN} if it may not touch that one
   */
  public String project(String named) {
    if (projectId == null) {
      return named;
    }
    if (named != null && !named.equals(projectId)) {
      throw Rejection.forbidden("'project_id' names another project than that of the credentials");
    }
    return projectId;
  }

  /**
   * The event key, or the prefix of keys, itself.
   *
   * @throws Rejection with {@link Reason#FORBIDDEN} if it may touch others only
   */
  public String checkKey(String eventKey) {
    if (keyPrefix != null && eventKey != null && !eventKey.startsWith(keyPrefix)) {
      throw Rejection.forbidden(
          "These credentials are for event keys that begin with '" + keyPrefix + "' only");
    }
    return eventKey;
  }

  /**
   * Fails for what concerns a whole project, if it may touch some of the keys only.
   *
   * @throws Rejection with {@link Reason#FORBIDDEN}
   */
  public void checkUnconfined() {
    if (keyPrefix != null) {
      throw Rejection.forbidden(
          "This concerns the whole project, and these credentials are for event keys that begin"
              + " with '"
              + keyPrefix
              + "' only");
    }
  }
}
