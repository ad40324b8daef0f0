package dev.standby.http;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.JsonText;
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
 * that is wrong, or void, is 404, and nothing says why; but a page tells people what has become of
 * what a good one was for.
 */
final class Callbacks {
  private static final String ACTOR = "callback";
  private static final String RECEIVED = new JsonObject().put("status", "received").encode();

  private final Bus bus;
  private final Repeats repeats;
  private final RateLimits limits;
  private final ClientAddress addresses;
  private final BoundedBody bodies;

  Callbacks(
      Bus bus, Repeats repeats, RateLimits limits, ClientAddress addresses, BoundedBody bodies) {
    this.bus = bus;
    this.repeats = repeats;
    this.limits = limits;
    this.addresses = addresses;
    this.bodies = bodies;
  }

  /** Makes a link. */
  void create(Call call, Command.Callback command) {
    repeats
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
    find(token)
        .compose(
            trigger ->
                trigger.status().terminal()
                    ? Future.failedFuture(gone())
                    : Future.succeededFuture(trigger))
        .onComplete(
            trigger -> CallbackPage.answer(call, 200, CallbackPage.ask(trigger)),
            failure -> fail(call, token, failure));
  }

  /** Resolves the trigger of a link with whatever the body is. */
  void resolve(Call call, String token) {
    HttpServerRequest request = call.request();
    limits.callback(call.address(), call.response());
    bodies
        .read(request)
        .onComplete(
            body -> {
              String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
              try {
                JsonObject form = CallbackBody.ofPage(contentType, body);
                if (form == null) {
                  String payload = CallbackBody.payload(contentType, body);
                  bus.<TriggerRef>askLocally(Addresses.OPEN_CALLBACK, token)
                      .compose(ref -> resolve(call, ref, payload))
                      .onComplete(trigger -> thank(call), failure -> fail(call, token, failure));
                } else {
                  resolve(call, token, form);
                }
              } catch (RuntimeException e) {
                Problems.answer(call, e);
              }
            },
            failure -> Problems.answer(call, failure));
  }

  /** Resolves it with what somebody has filled in on the page, or asks again. */
  private void resolve(Call call, String token, JsonObject form) {
    find(token)
        .onComplete(
            trigger ->
                Future.succeededFuture(trigger)
                    .map(CallbackPage::form)
                    .map(
                        fields ->
                            fields == null ? JsonText.value(form.encode()) : fields.payload(form))
                    .compose(payload -> resolve(call, trigger.ref(), payload))
                    .onComplete(
                        resolved -> thank(call),
                        failure -> {
                          Rejection rejection = Bus.rejection(failure);
                          if (rejection.faults().isEmpty()) {
                            fail(call, token, failure);
                          } else {
                            String again = CallbackPage.ask(trigger, form, rejection.faults());
                            CallbackPage.answer(call, 422, again);
                          }
                        }),
            failure -> fail(call, token, failure));
  }

  private Future<EventTrigger> resolve(Call call, TriggerRef ref, String payload) {
    Origin origin = new Origin(ACTOR, call.address(), call.requestId());
    Command.Resolve resolve = new Command.Resolve(ref, payload, origin);
    IdempotencyKey key = Repeats.key(call, resolve.projectId());
    return key == null
        ? bus.askLocally(Addresses.RESOLVE, resolve)
        : Repeats.outcome(call, bus.once(resolve, key.of(resolve.ref())));
  }

  private static void thank(Call call) {
    if (isBrowser(call.request())) {
      CallbackPage.answer(call, 200, CallbackPage.DONE);
    } else {
      call.answer(200, RECEIVED);
    }
  }

  /** The trigger of a link that is one of ours. */
  private Future<EventTrigger> find(String token) {
    return bus.<TriggerRef>askLocally(Addresses.OPEN_CALLBACK, token)
        .compose(ref -> bus.<EventTrigger>askLocally(Addresses.FIND, ref))
        .compose(
            trigger ->
                trigger == null ? Future.failedFuture(gone()) : Future.succeededFuture(trigger));
  }

  private void fail(Call call, String token, Throwable failure) {
    Rejection rejection = Bus.rejection(failure);
    if (rejection.reason() != Reason.NOT_FOUND) {
      Problems.answer(call, failure);
    } else if (isBrowser(call.request())) {
      // Whoever has a link that was good is told what has become of it, so that nobody wonders.
      find(token)
          .onComplete(
              trigger -> CallbackPage.answer(call, 404, CallbackPage.ended(trigger)),
              gone -> CallbackPage.answer(call, 404, CallbackPage.GONE));
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
    String accept = Media.accept(request);
    return accept != null
        && accept.toLowerCase(Locale.ROOT).contains(Media.HTML)
        && Media.accepts(accept, Media.HTML);
  }
}
