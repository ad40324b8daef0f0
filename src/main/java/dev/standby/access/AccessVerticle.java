package dev.standby.access;

import dev.standby.bus.Access;
import dev.standby.bus.Access.Grant;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.config.AccessConfig;
import dev.standby.trigger.ApiKey;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;

/** Checks credentials, makes API keys, signs and opens callback links. */
public final class AccessVerticle extends VerticleBase {
  private final AccessConfig config;

  /** A room with those settings. */
  public AccessVerticle(AccessConfig config) {
    this.config = config;
  }

  @Override
  public Future<?> start() {
    Bus bus = Bus.local(vertx);
    ApiKeys keys = new ApiKeys(bus);
    Tokens tokens = config.jwksUrl().isEmpty() ? null : new Tokens(vertx, config);
    CallbackLinks links = new CallbackLinks(bus, config.publicUrl());
    return Future.all(
        List.of(
            bus.serveLocally(
                Addresses.AUTHENTICATE,
                String.class,
                credentials -> authenticate(keys, tokens, credentials)),
            bus.serveLocally(Addresses.ISSUE_KEY, ApiKey.Request.class, keys::issue),
            bus.serveLocally(Addresses.ISSUE_KEY_ONCE, Access.IssueOnce.class, keys::issueOnce),
            bus.serveLocally(Addresses.SIGN_CALLBACK, EventTrigger.class, links::sign),
            bus.serveLocally(Addresses.ROTATE_CALLBACK_SECRET, Integer.class, links::rotate),
            bus.serveLocally(Addresses.OPEN_CALLBACK, String.class, links::open)));
  }

  private static Future<Grant> authenticate(ApiKeys keys, Tokens tokens, String credentials) {
    if (ApiKeys.isKey(credentials) || tokens == null) {
      return keys.check(credentials);
    }
    return tokens.check(credentials);
  }

  /** Says no more than that: why would help whoever guesses. */
  static Rejection refused() {
    return Rejection.of(Reason.AUTHENTICATION_REQUIRED, "These credentials are not valid");
  }
}
