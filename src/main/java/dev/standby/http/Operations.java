package dev.standby.http;

import static java.util.stream.Collectors.groupingBy;

import dev.standby.trigger.Scope;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The operations of {@code openapi.yaml}: a constant for each {@code operationId}. */
enum Operations {
  LIST_EVENTS("listEvents", HttpMethod.GET, "/v1/events", Media.JSON, Scope.READ),
  REGISTER_EVENT("registerEvent", HttpMethod.POST, "/v1/events", Media.JSON, Scope.REGISTER),
  GET_EVENT_STATS("getEventStats", HttpMethod.GET, "/v1/events/stats", Media.JSON, Scope.READ),
  PURGE_EVENTS("purgeEvents", HttpMethod.POST, "/v1/events/purge", Media.JSON, Scope.PURGE),
  GET_EVENT("getEvent", HttpMethod.GET, "/v1/events/{eventKey}", Media.JSON, Scope.READ),
  CANCEL_EVENT("cancelEvent", HttpMethod.DELETE, "/v1/events/{eventKey}", Media.JSON, Scope.CANCEL),
  STREAM_EVENT(
      "streamEvent",
      HttpMethod.GET,
      "/v1/events/{eventKey}/stream",
      Media.EVENT_STREAM,
      Scope.READ),
  SEND_EVENT("sendEvent", HttpMethod.POST, "/v1/events/{eventKey}/send", Media.JSON, Scope.SEND),
  SEND_EVENTS_BY_PREFIX(
      "sendEventsByPrefix",
      HttpMethod.POST,
      "/v1/events/prefix/{prefix}/send",
      Media.JSON,
      Scope.SEND),
  REGISTER_BATCH(
      "registerBatch", HttpMethod.POST, "/v1/batch/register", Media.JSON, Scope.REGISTER),
  SEND_BATCH("sendBatch", HttpMethod.POST, "/v1/batch/send", Media.JSON, Scope.SEND),
  LIST_HELD("listHeld", HttpMethod.GET, "/v1/held", Media.JSON, Scope.READ),
  DELETE_HELD("deleteHeld", HttpMethod.DELETE, "/v1/held/{heldId}", Media.JSON, Scope.CANCEL),
  UPDATE_EVENT(
      "updateEvent", HttpMethod.PATCH, "/v1/events/{eventKey}", Media.JSON, Scope.REGISTER),
  LIST_DELIVERIES(
      "listDeliveries", HttpMethod.GET, "/v1/events/{eventKey}/deliveries", Media.JSON, Scope.READ),
  RETRY_DELIVERY(
      "retryDelivery",
      HttpMethod.POST,
      "/v1/events/{eventKey}/deliveries/{deliveryId}/retry",
      Media.JSON,
      Scope.SEND),
  SHOW_WEBHOOK_SECRET(
      "showWebhookSecret", HttpMethod.GET, "/v1/webhooks/secret", Media.JSON, Scope.ADMIN),
  ROTATE_WEBHOOK_SECRET(
      "rotateWebhookSecret",
      HttpMethod.POST,
      "/v1/webhooks/secret/rotate",
      Media.JSON,
      Scope.ADMIN),
  CREATE_CALLBACK(
      "createCallback", HttpMethod.POST, "/v1/events/{eventKey}/callback", Media.JSON, Scope.SEND),
  SHOW_CALLBACK("showCallback", HttpMethod.GET, "/v1/callbacks/{token}", Media.HTML, null),
  RESOLVE_CALLBACK("resolveCallback", HttpMethod.POST, "/v1/callbacks/{token}", Media.JSON, null),
  CREATE_KEY("createKey", HttpMethod.POST, "/v1/keys", Media.JSON, Scope.ADMIN),
  LIST_KEYS("listKeys", HttpMethod.GET, "/v1/keys", Media.JSON, Scope.ADMIN),
  REVOKE_KEY("revokeKey", HttpMethod.DELETE, "/v1/keys/{keyId}", Media.JSON, Scope.ADMIN),
  LIST_AUDIT("listAudit", HttpMethod.GET, "/v1/audit", Media.JSON, Scope.ADMIN),
  LIST_NODES("listNodes", HttpMethod.GET, "/v1/nodes", Media.JSON, Scope.ADMIN),
  GET_ME("getMe", HttpMethod.GET, "/v1/me", Media.JSON, null),
  GET_CONSOLE("getConsole", HttpMethod.GET, "/", Media.HTML, null),
  GET_READINESS("getReadiness", HttpMethod.GET, "/health/ready", Media.JSON, null),
  GET_LIVENESS("getLiveness", HttpMethod.GET, "/health/live", Media.JSON, null),
  GET_OPEN_API("getOpenApi", HttpMethod.GET, "/openapi.yaml", Media.YAML, null),
  GET_DOCS("getDocs", HttpMethod.GET, "/docs", Media.HTML, null);

  /** By the number of segments of their paths. */
  private static final Map<Integer, List<Operations>> BY_LENGTH =
      Arrays.stream(values()).collect(groupingBy(operation -> operation.segments.size()));

  private final String operationId;
  private final HttpMethod method;
  private final String path;
  private final List<String> segments;
  private final boolean[] parameterAt;
  private final String produces;
  private final Scope scope;

  Operations(String operationId, HttpMethod method, String path, String produces, Scope scope) {
    this.operationId = operationId;
    this.method = method;
    this.path = path;
    this.segments = segments(path);
    this.parameterAt = new boolean[segments.size()];
    for (int i = 0; i < parameterAt.length; i++) {
      parameterAt[i] = segments.get(i).startsWith("{");
    }
    this.produces = produces;
    this.scope = scope;
  }

  /** A path that matches: who serves it, by method, and its segments. */
  record Match(List<Operations> candidates, List<String> segments) {
    /** The operation for that method; null when the path has none. */
    Operations operation(HttpMethod method) {
      for (Operations candidate : candidates) {
        if (candidate.method.equals(method)) {
          return candidate;
        }
      }
      return null;
    }

    /** The methods of the path, as the {@code Allow} header lists them. */
    String allow() {
      return String.join(
          ", ", candidates.stream().map(operation -> operation.method.name()).distinct().toList());
    }
  }

  /** Who serves that path, which is as it was sent; no candidates when nobody does. */
  static Match match(String rawPath) {
    if (!rawPath.startsWith("/")) {
      // "*", the host of a CONNECT, or a query without a path: none of these is ours.
      return new Match(List.of(), List.of());
    }
    List<String> segments = segments(rawPath);
    List<Operations> candidates = new ArrayList<>(2);
    for (Operations operation : BY_LENGTH.getOrDefault(segments.size(), List.of())) {
      if (operation.matches(segments)) {
        candidates.add(operation);
      }
    }
    return new Match(candidates, segments);
  }

  private boolean matches(List<String> actual) {
    for (int i = 0; i < actual.size(); i++) {
      boolean same =
          parameterAt[i] ? !actual.get(i).isEmpty() : segments.get(i).equals(actual.get(i));
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /**
   * The path's parameters in the segments of a match, in their order, decoded.
   *
   * @throws dev.standby.trigger.Rejection if one can't be
   */
  List<String> parameters(List<String> actual) {
    List<String> parameters = new ArrayList<>(2);
    for (int i = 0; i < parameterAt.length; i++) {
      if (parameterAt[i]) {
        parameters.add(Percent.decode(actual.get(i), false));
      }
    }
    return parameters;
  }

  /** The name in {@code openapi.yaml}. */
  String operationId() {
    return operationId;
  }

  /** The path in {@code openapi.yaml}. */
  String path() {
    return path;
  }

  HttpMethod method() {
    return method;
  }

  /** The media type of what it answers when all is well. */
  String produces() {
    return produces;
  }

  /** What a client must be allowed to do; null for what everybody may. */
  Scope scope() {
    return scope;
  }

  /** Whether a request carries a body that is read. */
  boolean takesBody() {
    return method.equals(HttpMethod.POST) || method.equals(HttpMethod.PATCH);
  }

  private static List<String> segments(String path) {
    return Arrays.asList(path.substring(1).split("/", -1));
  }
}
