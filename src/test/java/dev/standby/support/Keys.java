package dev.standby.support;

import dev.standby.Standby;
import dev.standby.bus.Access;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.trigger.ApiKey;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Scope;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/** Makes API keys, as the command line does. */
public final class Keys {
  private Keys() {}

  /** A key of a project with those scopes. */
  public static String of(Standby node, String project, Scope... scopes) {
    return make(node, project, Set.of(scopes), null, null);
  }

  /** A key of a project that may do everything. */
  public static String all(Standby node, String project) {
    return make(node, project, EnumSet.allOf(Scope.class), null, null);
  }

  /** A key that may do everything to event keys with a prefix. */
  public static String confined(Standby node, String project, String prefix) {
    return make(node, project, EnumSet.allOf(Scope.class), prefix, null);
  }

  /** A key that may do everything for so many milliseconds. */
  public static String lasting(Standby node, String project, long millis) {
    return make(node, project, EnumSet.allOf(Scope.class), null, Instant.now().plusMillis(millis));
  }

  /** The public part of a key. */
  public static String id(String key) {
    return key.split("_", -1)[1];
  }

  /** Revokes a key. */
  public static void revoke(Standby node, String key) {
    Member.get(
        Bus.local(node.vertx())
            .askLocally(
                Addresses.REVOKE_KEY, new Access.Revocation(id(key), null, Origin.COMMAND_LINE)));
  }

  private static String make(
      Standby node, String project, Set<Scope> scopes, String prefix, Instant expiresAt) {
    Access.IssuedKey issued =
        Member.get(
            Bus.local(node.vertx())
                .<Access.IssuedKey>askLocally(
                    Addresses.ISSUE_KEY,
                    new ApiKey.Request(
                        project, "test", scopes, prefix, expiresAt, Origin.COMMAND_LINE)));
    return issued.text();
  }
}
