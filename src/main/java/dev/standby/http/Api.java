package dev.standby.http;

import dev.standby.bus.Bus;
import dev.standby.bus.Operation;
import dev.standby.bus.OutcomeJson;
import dev.standby.tracing.Step;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.RegisterBatch;
import dev.standby.trigger.Rejection;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.OptionalInt;

/** Carries out calls: what each operation asks of the bus, and how its outcome is answered. */
final class Api {
  private final Vertx vertx;
  private final Repeats repeats;
  private final EventStreams streams;
  private final Health health;
  private final Gate gate;
  private final ClientAddress addresses;
  private final Callbacks callbacks;
  private final Management management;
  private final Docs docs;
  private final BoundedBody bodies;
  private final HttpMeters meters;

  Api(
      Vertx vertx,
      Bus bus,
      Repeats repeats,
      EventStreams streams,
      Health health,
      Gate gate,
      ClientAddress addresses,
      Callbacks callbacks,
      BoundedBody bodies,
      HttpMeters meters) {
    this.vertx = vertx;
    this.repeats = repeats;
    this.streams = streams;
    this.health = health;
    this.gate = gate;
    this.addresses = addresses;
    this.callbacks = callbacks;
    this.management = new Management(bus);
    this.docs = new Docs(vertx, this::handleOperation);
    this.bodies = bodies;
    this.meters = meters;
  }

  /** Answers a request, whatever it is. */
  void handle(HttpServerRequest request) {
    if (Docs.isFile(request.path()) && wellFormed(request.path())) {
      docs.file(request);
    } else if (Console.isFile(request)) {
      Console.file(request);
    } else {
      handleOperation(request);
    }
  }

  /** Whether a path's escapes can be decoded; the router of the files would log each that can't. */
  private static boolean wellFormed(String path) {
    try {
      Percent.decode(path, false);
      return true;
    } catch (Rejection e) {
      return false;
    }
  }

  private void handleOperation(HttpServerRequest request) {
    Call call = Call.of(request, addresses);
    try {
      Operations.Match match = Operations.match(path(request));
      Operations operation = match.operation(request.method());
      meters.watch(request.response(), operation);
      if (operation != null) {
        Step.nameRequest(request.method().name(), operation.path());
      }
      if (operation == null) {
        throw noSuchOperation(call, match);
      }
      negotiate(request, operation);
      List<String> parameters = operation.parameters(match.segments());
      if (operation == Operations.GET_ME) {
        gate.recognize(call, admitted -> serve(admitted, operation, parameters));
      } else {
        gate.admit(call, operation.scope(), admitted -> serve(admitted, operation, parameters));
      }
    } catch (RuntimeException e) {
      Problems.answer(call, e);
    }
  }

  /** The path as it was sent; none when the target has none, be it "http://host" or worse. */
  private static String path(HttpServerRequest request) {
    String path = request.path();
    return path.equals("/") && !request.uri().startsWith("/") ? "" : path;
  }

  private static Rejection noSuchOperation(Call call, Operations.Match match) {
    if (match.candidates().isEmpty()) {
      return Rejection.of(Reason.NOT_FOUND, "There is nothing at this path");
    }
    String allow = match.allow();
    call.request().response().putHeader(HttpHeaders.ALLOW, allow);
    return Rejection.of(Reason.METHOD_NOT_ALLOWED, "This path takes " + allow);
  }

  private static void negotiate(HttpServerRequest request, Operations operation) {
    if (operation == Operations.RESOLVE_CALLBACK && Callbacks.isBrowser(request)) {
      return;
    }
    String type = operation.produces();
    if (operation == Operations.LIST_EVENTS && wantsFeed(request)) {
      return;
    }
    if (!Media.accepts(request.getHeader(HttpHeaders.ACCEPT), type)
        && !Media.accepts(Media.accept(request), type)) {
      throw Rejection.of(Reason.NOT_ACCEPTABLE, "This is answered as " + type + " only");
    }
  }

  /** Whether a project's triggers are wanted as a feed rather than as a list. */
  private static boolean wantsFeed(HttpServerRequest request) {
    String accept = Media.accept(request);
    return Media.weight(accept, Media.EVENT_STREAM) > Media.weight(accept, Media.JSON);
  }

  private void serve(Call call, Operations operation, List<String> parameters) {
    String parameter = parameters.isEmpty() ? null : parameters.get(0);
    String query = call.request().query();
    switch (operation) {
      case SEND_EVENT ->
          withBody(call, body -> ask(call, Operation.SEND, Requests.send(call, parameter, body)));
      case REGISTER_EVENT -> withBody(call, body -> register(call, Requests.register(call, body)));
      case GET_EVENT -> get(call, Requests.get(call, parameter));
      case UPDATE_EVENT ->
          withBody(
              call, body -> ask(call, Operation.UPDATE, Requests.update(call, parameter, body)));
      case CANCEL_EVENT -> ask(call, Operation.CANCEL, Requests.cancel(call, parameter));
      case LIST_EVENTS -> list(call);
      case GET_EVENT_STATS -> ask(call, Operation.STATS, Requests.stats(call));
      case SEND_EVENTS_BY_PREFIX ->
          withBody(
              call,
              body -> ask(call, Operation.SEND_PREFIX, Requests.sendPrefix(call, parameter, body)));
      case PURGE_EVENTS ->
          withBody(call, body -> ask(call, Operation.PURGE, Requests.purge(call, body)));
      case STREAM_EVENT -> streams.open(call, Requests.get(call, parameter));
      case REGISTER_BATCH ->
          withBody(call, body -> registerBatch(call, Requests.registerBatch(call, body)));
      case SEND_BATCH ->
          withBody(call, body -> ask(call, Operation.SEND_BATCH, Requests.sendBatch(call, body)));
      case LIST_HELD -> ask(call, Operation.LIST_HELD, Requests.listHeld(call));
      case DELETE_HELD -> ask(call, Operation.DELETE_HELD, Requests.deleteHeld(call, parameter));
      case LIST_DELIVERIES ->
          ask(call, Operation.LIST_DELIVERIES, WebhookRequests.deliveries(call, parameter));
      case RETRY_DELIVERY ->
          withBody(
              call,
              body ->
                  ask(
                      call,
                      Operation.RETRY_DELIVERY,
                      WebhookRequests.retry(call, parameter, parameters.get(1), body)));
      case SHOW_WEBHOOK_SECRET -> management.showWebhookSecret(call, WebhookRequests.reveal(call));
      case ROTATE_WEBHOOK_SECRET ->
          withBody(
              call,
              body -> management.rotateWebhookSecret(call, WebhookRequests.rotate(call, body)));
      case CREATE_CALLBACK ->
          withBody(call, body -> callbacks.create(call, Requests.callback(call, parameter, body)));
      case SHOW_CALLBACK -> {
        Requests.none(query);
        callbacks.show(call, parameter);
      }
      case RESOLVE_CALLBACK -> {
        Requests.none(query);
        callbacks.resolve(call, parameter);
      }
      case CREATE_KEY ->
          withBody(call, body -> management.createKey(call, Requests.createKey(call, body)));
      case LIST_KEYS -> management.listKeys(call, Requests.page(call));
      case REVOKE_KEY -> management.revokeKey(call, Requests.revokeKey(call, parameter));
      case LIST_AUDIT -> management.listAudit(call, Requests.page(call));
      case LIST_NODES -> {
        Requests.none(query);
        management.listNodes(call);
      }
      case GET_ME -> {
        Requests.none(query);
        Management.me(call);
      }
      case GET_CONSOLE -> {
        Requests.none(query);
        Console.page(call);
      }
      case GET_READINESS -> {
        Requests.none(query);
        health.ready(call);
      }
      case GET_LIVENESS -> {
        Requests.none(query);
        health.live(call);
      }
      case GET_OPEN_API -> {
        Requests.none(query);
        docs.openApi(call);
      }
      case GET_DOCS -> {
        Requests.none(query);
        docs.page(call);
      }
    }
  }

  private void get(Call call, Command.Get get) {
    OptionalInt waitSecs = Preferences.waitSecs(call.request());
    if (waitSecs.isPresent()) {
      meters.watchWait(call.request().response());
      streams.poll(call, get, waitSecs.getAsInt());
    } else {
      ask(call, Operation.GET, get);
    }
  }

  private void list(Call call) {
    if (wantsFeed(call.request())) {
      streams.feed(call, Requests.feed(call));
    } else {
      ask(call, Operation.LIST, Requests.list(call));
    }
  }

  private <C extends Command, O extends Outcome> void ask(
      Call call, Operation<C, O> operation, C command) {
    repeats
        .request(call, operation, command)
        .onComplete(outcome -> answer(call, outcome), failure -> Problems.answer(call, failure));
  }

  private void answer(Call call, Outcome outcome) {
    if (LongAnswers.isLong(outcome)) {
      vertx
          .executeBlocking(() -> Buffer.buffer(OutcomeJson.encode(outcome)), false)
          .onComplete(json -> call.answer(200, json), failure -> Problems.answer(call, failure));
    } else {
      call.answer(outcome instanceof Outcome.Held ? 202 : 200, OutcomeJson.encode(outcome));
    }
  }

  private void register(Call call, Command.Register command) {
    repeats
        .request(call, Operation.REGISTER, command)
        .onComplete(
            registered -> {
              if (registered.created()) {
                call.response().putHeader(HttpHeaders.LOCATION, location(registered.trigger()));
              }
              call.answer(
                  registered.created() ? 201 : 200, OutcomeJson.encode(whole(call, registered)));
            },
            failure -> Problems.answer(call, failure));
  }

  private void registerBatch(Call call, RegisterBatch command) {
    repeats
        .request(call, Operation.REGISTER_BATCH, command)
        .onComplete(
            batch ->
                answer(
                    call,
                    new Outcome.Batch(
                        batch.results().stream().map(result -> whole(call, result)).toList())),
            failure -> Problems.answer(call, failure));
  }

  /** With a callback link as the client reaches it. */
  private Outcome.Result whole(Call call, Outcome.Result result) {
    return result.outcome() instanceof Outcome.Registered registered
        ? new Outcome.Result(result.status(), whole(call, registered), null)
        : result;
  }

  private Outcome.Registered whole(Call call, Outcome.Registered registered) {
    return new Outcome.Registered(
        registered.trigger(),
        registered.created(),
        callbacks.whole(call, registered.callbackUrl()));
  }

  /** Where a trigger is found: its key alone may be another project's as well. */
  private static String location(EventTrigger trigger) {
    return "/v1/events/"
        + Percent.encode(trigger.eventKey())
        + "?project_id="
        + Percent.encode(trigger.projectId());
  }

  /** Reads the body, and goes on with its text; an empty one is an empty text. */
  private void withBody(Call call, BodyHandler next) {
    HttpServerRequest request = call.request();
    bodies
        .read(request)
        .onComplete(
            body -> {
              try {
                next.handle(text(request, body));
              } catch (RuntimeException e) {
                Problems.answer(call, e);
              }
            },
            failure -> Problems.answer(call, failure));
  }

  private static String text(HttpServerRequest request, Buffer body) {
    if (body.length() == 0) {
      return "";
    }
    String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (!Media.isJson(contentType)) {
      throw Rejection.of(
          Reason.UNSUPPORTED_MEDIA_TYPE,
          "The body must be JSON in UTF-8: send 'Content-Type: application/json'");
    }
    return Percent.utf8(body.getBytes(), "The body is not UTF-8");
  }

  /** Goes on once the body is there; may refuse. */
  @FunctionalInterface
  private interface BodyHandler {
    void handle(String body);
  }
}
