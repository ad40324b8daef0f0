package dev.standby.trigger;

import java.util.EnumSet;
import java.util.Set;

/** What a client may be allowed to do (contract, section "Access"). */
public enum Scope {
  /** To see triggers: get, list, statistics, streams. */
  READ("events:read"),
  /** To register waits. */
  REGISTER("events:register"),
  /** To send events, and to make links by which others may. */
  SEND("events:send"),
  /** To cancel waits. */
  CANCEL("events:cancel"),
  /** To delete what is long over. */
  PURGE("events:purge"),
  /** To manage the project's API keys, and to read its audit log. */
  ADMIN("admin");

  private final String code;

  Scope(String code) {
    this.code = code;
  }

  /** The name in JSON, in tokens and in the database. */
  public String code() {
    return code;
  }

  /**
   * The scope with that {@link #code()}.
   *
   * @throws Rejection with {@link Reason#BAD_REQUEST} if there is none
   */
  public static Scope ofCode(String code) {
    Scope scope = find(code);
    if (scope == null) {
      throw Rejection.badRequest(
          "'scopes' must be of events:read, events:register, events:send, events:cancel,"
              + " events:purge, admin, not '"
              + Text.shown(code)
              + "'");
    }
    return scope;
  }

  /** Those of the scopes with these {@link #code()}s that there are. */
  public static Set<Scope> known(Iterable<String> codes) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String code : codes) {
      Scope scope = find(code);
      if (scope != null) {
        scopes.add(scope);
      }
    }
    return scopes;
  }

  private static Scope find(String code) {
    for (Scope scope : values()) {
      if (scope.code.equals(code)) {
        return scope;
      }
    }
    return null;
  }
}
