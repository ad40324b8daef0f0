package dev.standby.http;

import dev.standby.bus.JsonText;
import dev.standby.bus.Operation;
import dev.standby.trigger.Command;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.SourceType;
import dev.standby.trigger.Status;
import java.util.Map;
import java.util.Set;

/** Requests as commands: what a URL and a body together ask for. */
final class Requests {
  private static final Set<String> PROJECT = Set.of("project_id");
  private static final Set<String> LIST =
      Set.of("project_id", "status", "workflow_run_id", "source_type", "limit", "cursor");
  private static final Map<String, JsonText.Kind> PAYLOAD =
      Map.of("payload", JsonText.Kind.JSON, "project_id", JsonText.Kind.TEXT);
  private static final Map<String, Object> NO_BODY = Map.of();

  private Requests() {}

  static Command.Register register(String query, String body) {
    Command.Register command = Operation.REGISTER.decode(body);
    String inQuery = Query.parse(query, PROJECT).get("project_id");
    return inQuery == null ? command : command.inProject(agreed(inQuery, command.projectId()));
  }

  static Command.Send send(String key, String query, String body) {
    Map<String, Object> fields = body.isEmpty() ? NO_BODY : JsonText.object(body, PAYLOAD);
    return new Command.Send(key, project(query, fields), (String) fields.get("payload"));
  }

  static Command.SendPrefix sendPrefix(String prefix, String query, String body) {
    Map<String, Object> fields = body.isEmpty() ? NO_BODY : JsonText.object(body, PAYLOAD);
    return new Command.SendPrefix(prefix, project(query, fields), (String) fields.get("payload"));
  }

  static Command.Purge purge(String query, String body) {
    Command.Purge command = Operation.PURGE.decode(body);
    String inQuery = Query.parse(query, PROJECT).get("project_id");
    return new Command.Purge(
        agreed(inQuery, command.projectId()), command.olderThanDays(), command.dryRun());
  }

  static Command.Get get(String key, String query) {
    return new Command.Get(key, Query.parse(query, PROJECT).get("project_id"));
  }

  static Command.Cancel cancel(String key, String query) {
    return new Command.Cancel(key, Query.parse(query, PROJECT).get("project_id"));
  }

  static Command.GetStats stats(String query) {
    return new Command.GetStats(Query.parse(query, PROJECT).get("project_id"));
  }

  static Command.ListPage list(String query) {
    Query parameters = Query.parse(query, LIST);
    String status = parameters.get("status");
    String sourceType = parameters.get("source_type");
    return new Command.ListPage(
        parameters.get("project_id"),
        status == null ? null : Status.ofCode(status),
        parameters.get("workflow_run_id"),
        sourceType == null ? null : SourceType.ofCode(sourceType),
        limit(parameters.get("limit")),
        Operation.cursor(parameters.get("cursor")));
  }

  /** Refuses a query where none is expected. */
  static void none(String query) {
    Query.parse(query, Set.of());
  }

  private static int limit(String text) {
    if (text == null) {
      return Command.ListPage.DEFAULT_LIMIT;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw Rejection.badRequest(
          "'limit' must be a whole number from 1 to " + Command.ListPage.MAX_LIMIT);
    }
    return Integer.parseInt(text);
  }

  private static String project(String query, Map<String, Object> fields) {
    return agreed(Query.parse(query, PROJECT).get("project_id"), (String) fields.get("project_id"));
  }

  /** The project that URL and body name, either or both; null when neither does. */
  private static String agreed(String inQuery, String inBody) {
    if (inQuery != null && inBody != null && !inQuery.equals(inBody)) {
      throw Rejection.badRequest("'project_id' is given in the URL and in the body, and differs");
    }
    return inQuery == null ? inBody : inQuery;
  }
}
