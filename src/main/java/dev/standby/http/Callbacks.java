package dev.standby.http;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.Operation;
import dev.standby.bus.OutcomeJson;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.IdempotencyKey;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.TriggerRef;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * Links by which whoever has one may resolve one trigger, once (contract, section "Access"). A link
 * that is wrong, or void, is 404, and nothing says why.
 */
final class Callbacks {
  private static final String ACTOR = "callback";
  private static final String RECEIVED = new JsonObject().put("status", "received").encode();

  private final Bus bus;
  private final RateLimits limits;
  private final ClientAddress addresses;
  private final BoundedBody bodies;

  Callbacks(Bus bus, RateLimits limits, ClientAddress addresses, BoundedBody bodies) {
    this.bus = bus;
    this.limits = limits;
    this.addresses = addresses;
    this.bodies = bodies;
  }

  /** Makes a link. */
  void create(Call call, Command.Callback command) {
    new Repeats(bus)
        .request(call, Operation.CALLBACK, command)
        .onComplete(
            link ->
                call.answer(
                    200,
                    OutcomeJson.encode(
                        new Outcome.CallbackLink(whole(call, link.url()), link.expiresAt()))),
            failure -> Problems.answer(call, failure));
  }

  /** A link as the client of that call reaches it; null stays null. */
  String whole(Call call, String url) {
    return url != null && url.startsWith("/") ? addresses.origin(call.request()) + url : url;
  }

  /** Shows a page on which somebody may decide; it resolves nothing. */
  void show(Call call, String token) {
    limits.callback(call.address(), call.response());
    bus.<TriggerRef>askLocally(Addresses.OPEN_CALLBACK, token)
        .compose(ref -> bus.<EventTrigger>askLocally(Addresses.FIND, ref))
        .compose(
            trigger ->
                trigger == null || trigger.status().terminal()
                    ? Future.failedFuture(gone())
                    : Future.succeededFuture(trigger))
        .onComplete(
            trigger -> CallbackPage.answer(call, 200, CallbackPage.decide(trigger)),
            failure -> fail(call, failure));
  }

  /** Resolves the trigger of a link with whatever the body is. */
  void resolve(Call call, String token) {
    HttpServerRequest request = call.request();
    limits.callback(call.address(), call.response());
    bodies
        .read(request)
        .map(body -> CallbackBody.payload(request.getHeader(HttpHeaders.CONTENT_TYPE), body))
        .compose(
            payload ->
                bus.<TriggerRef>askLocally(Addresses.OPEN_CALLBACK, token)
                    .map(
                        ref ->
                            new Command.Resolve(
                                ref, payload, new Origin(ACTOR, call.address(), call.requestId()))))
        .compose(resolve -> resolve(call, resolve))
        .onComplete(
            trigger -> {
              if (isBrowser(request)) {
                CallbackPage.answer(call, 200, CallbackPage.DONE);
              } else {
                call.answer(200, RECEIVED);
              }
            },
            failure -> fail(call, failure));
  }

  private Future<EventTrigger> resolve(Call call, Command.Resolve resolve) {
    IdempotencyKey key = Repeats.key(call, resolve.projectId());
    return key == null
        ? bus.askLocally(Addresses.RESOLVE, resolve)
        : Repeats.outcome(call, bus.once(resolve, key.of(resolve.ref())));
  }

  private static void fail(Call call, Throwable failure) {
    Rejection rejection = Bus.rejection(failure);
    if (rejection.reason() != Reason.NOT_FOUND) {
      Problems.answer(call, failure);
    } else if (isBrowser(call.request())) {
      CallbackPage.answer(call, 404, CallbackPage.GONE);
    } else {
      // One and the same, whatever was wrong.
      Problems.answer(call, gone());
    }
  }

  private static Rejection gone() {
    return Rejection.of(Reason.NOT_FOUND, "This link is not valid, or not any more");
  }

  /** Whether the client names HTML among what it takes, and not just everything. */
  static boolean isBrowser(HttpServerRequest request) {
    String accept = String.join(",", request.headers().getAll(HttpHeaders.ACCEPT));
    return accept.toLowerCase(Locale.ROOT).contains(Media.HTML)
        && Media.accepts(accept, Media.HTML);
  }
}
