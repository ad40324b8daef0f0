package dev.standby.http;

import dev.standby.bus.Access;
import dev.standby.bus.FilterJson;
import dev.standby.bus.JsonText;
import dev.standby.bus.Operation;
import dev.standby.trigger.ApiKey;
import dev.standby.trigger.Command;
import dev.standby.trigger.Filter;
import dev.standby.trigger.Item;
import dev.standby.trigger.ReadFeed;
import dev.standby.trigger.RegisterBatch;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Scope;
import dev.standby.trigger.SendBatch;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Requests as commands: what a URL and a body together ask for, and who asks. */
final class Requests {
  private static final Set<String> PROJECT = Set.of("project_id");
  private static final Set<String> LIST = union(FilterJson.NAMES, "project_id", "limit", "cursor");
  static final Set<String> PAGE = Set.of("project_id", "limit", "cursor");
  private static final Set<String> LIST_HELD =
      Set.of("project_id", "event_key_prefix", "limit", "cursor");
  private static final Map<String, JsonText.Kind> SEND =
      Map.of(
          "payload", JsonText.Kind.JSON,
          "project_id", JsonText.Kind.TEXT,
          "hold_secs", JsonText.Kind.INTEGER);
  private static final Map<String, JsonText.Kind> PAYLOAD =
      Map.of("payload", JsonText.Kind.JSON, "project_id", JsonText.Kind.TEXT);
  private static final Map<String, JsonText.Kind> UPDATE =
      Map.of("timeout_secs", JsonText.Kind.INTEGER, "project_id", JsonText.Kind.TEXT);
  static final Map<String, JsonText.Kind> ONLY_PROJECT = Map.of("project_id", JsonText.Kind.TEXT);
  private static final Map<String, JsonText.Kind> KEY =
      Map.of(
          "project_id", JsonText.Kind.TEXT,
          "name", JsonText.Kind.TEXT,
          "scopes", JsonText.Kind.JSON,
          "event_key_prefix", JsonText.Kind.TEXT,
          "expires_at", JsonText.Kind.TEXT);
  static final Map<String, Object> NO_BODY = Map.of();

  private Requests() {}

  static Command.Register register(Call call, String body) {
    return allowed(call, Operation.REGISTER.decode(body));
  }

  static RegisterBatch registerBatch(Call call, String body) {
    Query.parse(call.request().query(), PROJECT);
    return new RegisterBatch(
        Item.changed(
            Operation.REGISTER_BATCH.decode(body).items(), command -> allowed(call, command)));
  }

  static SendBatch sendBatch(Call call, String body) {
    Query.parse(call.request().query(), PROJECT);
    return new SendBatch(
        Item.changed(
            Operation.SEND_BATCH.decode(body).items(),
            send ->
                new Command.Send(
                    call.principal().checkKey(send.eventKey()),
                    project(call, send.projectId()),
                    send.payload(),
                    send.holdSecs(),
                    call.origin())));
  }

  private static Command.Register allowed(Call call, Command.Register command) {
    call.principal().checkKey(command.eventKey());
    if (command.callback()) {
      // Whoever has the link may send.
      call.principal().checkScope(Scope.SEND);
    }
    if (command.terms().emitKey() != null) {
      // It sends, later.
      call.principal().checkScope(Scope.SEND);
      call.principal().checkKey(command.terms().emitKey());
    }
    return command.inProject(project(call, command.projectId()), call.origin());
  }

  static Command.Send send(Call call, String key, String body) {
    Map<String, Object> fields = body.isEmpty() ? NO_BODY : JsonText.object(body, SEND);
    return new Command.Send(
        call.principal().checkKey(key),
        project(call, (String) fields.get("project_id")),
        (String) fields.get("payload"),
        Operation.holdSecs(fields),
        call.origin());
  }

  static Command.SendPrefix sendPrefix(Call call, String prefix, String body) {
    Map<String, Object> fields = body.isEmpty() ? NO_BODY : JsonText.object(body, PAYLOAD);
    return new Command.SendPrefix(
        call.principal().checkKey(prefix),
        project(call, (String) fields.get("project_id")),
        (String) fields.get("payload"),
        call.origin());
  }

  static Command.Purge purge(Call call, String body) {
    Command.Purge command = Operation.PURGE.decode(body);
    call.principal().checkUnconfined();
    return new Command.Purge(
        project(call, command.projectId()),
        command.olderThanDays(),
        command.dryRun(),
        call.origin());
  }

  static Command.Get get(Call call, String key) {
    return new Command.Get(call.principal().checkKey(key), project(call, null));
  }

  static Command.Cancel cancel(Call call, String key) {
    return new Command.Cancel(call.principal().checkKey(key), project(call, null), call.origin());
  }

  static Command.Update update(Call call, String key, String body) {
    Map<String, Object> fields = JsonText.object(body, UPDATE);
    return new Command.Update(
        call.principal().checkKey(key),
        project(call, (String) fields.get("project_id")),
        Operation.timeoutSecs(fields),
        call.origin());
  }

  static Command.Callback callback(Call call, String key, String body) {
    Map<String, Object> fields = body.isEmpty() ? NO_BODY : JsonText.object(body, ONLY_PROJECT);
    return new Command.Callback(
        call.principal().checkKey(key),
        project(call, (String) fields.get("project_id")),
        call.origin());
  }

  static Command.GetStats stats(Call call) {
    call.principal().checkUnconfined();
    return new Command.GetStats(project(call, null));
  }

  static Command.ListPage list(Call call) {
    Query parameters = Query.parse(call.request().query(), LIST);
    return list(call, parameters, limit(parameters.get("limit")));
  }

  private static Command.ListPage list(Call call, Query parameters, int limit) {
    return new Command.ListPage(
        call.principal().project(parameters.get("project_id")),
        filter(call, parameters),
        limit,
        Operation.dateTime("cursor", parameters.get("cursor")));
  }

  /** What is asked for, and no more than the client may see. */
  private static Filter filter(Call call, Query parameters) {
    return FilterJson.read(
        name -> {
          String value = parameters.get(name);
          if (!name.equals("event_key_prefix")) {
            return value;
          }
          return value == null ? call.principal().keyPrefix() : call.principal().checkKey(value);
        });
  }

  private static Set<String> union(Set<String> some, String... others) {
    Set<String> all = new HashSet<>(some);
    all.addAll(List.of(others));
    return Set.copyOf(all);
  }

  /** The filters of a feed; its pages are nobody's concern. */
  static Command.ListPage feed(Call call) {
    Query parameters = Query.parse(call.request().query(), LIST);
    if (parameters.get("limit") != null || parameters.get("cursor") != null) {
      throw Rejection.badRequest(
          "'limit' and 'cursor' are for lists: a feed goes on after its 'Last-Event-ID'");
    }
    return list(call, parameters, ReadFeed.LIMIT);
  }

  static Command.ListHeld listHeld(Call call) {
    Query parameters = Query.parse(call.request().query(), LIST_HELD);
    String prefix = parameters.get("event_key_prefix");
    return new Command.ListHeld(
        call.principal().project(parameters.get("project_id")),
        limit(parameters.get("limit")),
        Operation.dateTime("cursor", parameters.get("cursor")),
        prefix == null ? call.principal().keyPrefix() : call.principal().checkKey(prefix));
  }

  static Command.DeleteHeld deleteHeld(Call call, String id) {
    return new Command.DeleteHeld(
        Operation.heldId(id), project(call, null), call.principal().keyPrefix(), call.origin());
  }

  static ApiKey.Request createKey(Call call, String body) {
    Map<String, Object> fields = JsonText.object(body, KEY);
    call.principal().checkUnconfined();
    return new ApiKey.Request(
        project(call, (String) fields.get("project_id")),
        (String) fields.get("name"),
        scopes((String) fields.get("scopes")),
        (String) fields.get("event_key_prefix"),
        Operation.dateTime("expires_at", (String) fields.get("expires_at")),
        call.origin());
  }

  static Access.Revocation revokeKey(Call call, String id) {
    call.principal().checkUnconfined();
    return new Access.Revocation(id, project(call, null), call.origin());
  }

  /** A page of what a project's administrators may see. */
  static Access.PageRequest page(Call call) {
    Query parameters = Query.parse(call.request().query(), PAGE);
    call.principal().checkUnconfined();
    String project = call.principal().project(parameters.get("project_id"));
    return new Access.PageRequest(
        project == null ? Command.DEFAULT_PROJECT : project,
        limit(parameters.get("limit")),
        Operation.dateTime("cursor", parameters.get("cursor")));
  }

  /** Refuses a query where none is expected. */
  static void none(String query) {
    Query.parse(query, Set.of());
  }

  private static Set<Scope> scopes(String json) {
    if (json == null) {
      throw Rejection.badRequest("'scopes' is required");
    }
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (Object scope : list(json)) {
      scopes.add(Scope.ofCode(String.valueOf(scope)));
    }
    return scopes;
  }

  private static JsonArray list(String json) {
    try {
      return new JsonArray(json);
    } catch (DecodeException e) {
      // No list; or one with a number or a name that is longer than Vert.x reads.
      throw Rejection.badRequest("'scopes' must be a list of scopes");
    }
  }

  static int limit(String text) {
    if (text == null) {
      return Command.ListPage.DEFAULT_LIMIT;
    }
    int limit = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > Command.ListPage.MAX_LIMIT) {
      throw Rejection.badRequest(
          "'limit' must be a whole number from 1 to " + Command.ListPage.MAX_LIMIT);
    }
    return limit;
  }

  /** The project that URL, body and credentials name together; null when none of them does. */
  static String project(Call call, String inBody) {
    String inQuery = Query.parse(call.request().query(), PROJECT).get("project_id");
    if (inQuery != null && inBody != null && !inQuery.equals(inBody)) {
      throw Rejection.badRequest("'project_id' is given in the URL and in the body, and differs");
    }
    return call.principal().project(inQuery == null ? inBody : inQuery);
  }
}
