package dev.standby.http;

import dev.standby.bus.Access;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.KeyJson;
import dev.standby.bus.NodeJson;
import dev.standby.bus.Nodes;
import dev.standby.bus.WebhookJson;
import dev.standby.bus.Webhooks;
import dev.standby.trigger.ApiKey;
import dev.standby.trigger.AuditEntry;
import dev.standby.trigger.IdempotencyKey;
import dev.standby.trigger.Principal;
import dev.standby.trigger.Scope;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What a project's administrators manage: its API keys and its webhook secret; and what they read:
 * its audit log, and which nodes there are.
 */
final class Management {
  private final Bus bus;

  Management(Bus bus) {
    this.bus = bus;
  }

  /** Answers with who asks, and what that one may do. */
  static void me(Call call) {
    Principal principal = call.principal();
    JsonObject json = new JsonObject().put("actor", principal.actor());
    putIfSet(json, "project_id", principal.projectId());
    json.put("scopes", codes(principal.scopes()));
    putIfSet(json, "event_key_prefix", principal.keyPrefix());
    call.answer(200, json.encode());
  }

  void createKey(Call call, ApiKey.Request request) {
    IdempotencyKey key = Repeats.key(call, request.projectId());
    Future<Access.IssuedKey> issuing =
        key == null
            ? bus.askLocally(Addresses.ISSUE_KEY, request)
            : Repeats.outcome(
                call, bus.askLocally(Addresses.ISSUE_KEY_ONCE, new Access.IssueOnce(request, key)));
    issuing.onComplete(
        issued -> call.answer(201, KeyJson.encode(issued)),
        failure -> Problems.answer(call, failure));
  }

  void listKeys(Call call, Access.PageRequest page) {
    bus.<Access.KeyPage>askLocally(Addresses.LIST_KEYS, page)
        .onComplete(
            keys ->
                call.answer(
                    200, page(keys.keys(), keys.hasMore(), Management::json, ApiKey::createdAt)),
            failure -> Problems.answer(call, failure));
  }

  void revokeKey(Call call, Access.Revocation revocation) {
    bus.<ApiKey>askLocally(Addresses.REVOKE_KEY, revocation)
        .onComplete(
            key -> call.answer(200, KeyJson.encode(key)),
            failure -> Problems.answer(call, failure));
  }

  void listAudit(Call call, Access.PageRequest page) {
    bus.<Access.AuditPage>askLocally(Addresses.LIST_AUDIT, page)
        .onComplete(
            entries ->
                call.answer(
                    200,
                    page(entries.entries(), entries.hasMore(), Management::json, AuditEntry::at)),
            failure -> Problems.answer(call, failure));
  }

  /** Answers with the nodes of the cluster. */
  void listNodes(Call call) {
    call.principal().checkUnconfined();
    bus.<Nodes.All>askLocally(Addresses.LIST_NODES, "")
        .onComplete(
            nodes -> call.answer(200, NodeJson.encode(nodes)),
            failure -> Problems.answer(call, failure));
  }

  void showWebhookSecret(Call call, Webhooks.Reveal reveal) {
    bus.<Webhooks.Secrets>askLocally(Addresses.REVEAL_WEBHOOK_SECRETS, reveal)
        .onComplete(
            secrets -> call.answer(200, WebhookJson.encode(secrets)),
            failure -> Problems.answer(call, failure));
  }

  void rotateWebhookSecret(Call call, Webhooks.Rotation rotation) {
    IdempotencyKey key = Repeats.key(call, rotation.projectId());
    Future<Webhooks.Secrets> rotating =
        key == null
            ? bus.askLocally(Addresses.ROTATE_WEBHOOK_SECRET, rotation)
            : Repeats.outcome(call, bus.once(rotation, key));
    rotating.onComplete(
        secrets -> call.answer(200, WebhookJson.encode(secrets)),
        failure -> Problems.answer(call, failure));
  }

  private static <T> String page(
      List<T> rows, boolean hasMore, Function<T, JsonObject> json, Function<T, Instant> instant) {
    JsonObject page =
        new JsonObject()
            .put("data", new JsonArray(rows.stream().map(json).toList()))
            .put("has_more", hasMore);
    return (hasMore ? page.put("next_cursor", instant.apply(rows.get(rows.size() - 1))) : page)
        .encode();
  }

  private static JsonObject json(ApiKey key) {
    return new JsonObject(KeyJson.encode(key));
  }

  private static JsonArray codes(Set<Scope> scopes) {
    return new JsonArray(scopes.stream().sorted().map(Scope::code).toList());
  }

  private static JsonObject json(AuditEntry entry) {
    JsonObject json =
        new JsonObject()
            .put("id", Long.toString(entry.id()))
            .put("at", entry.at())
            .put("project_id", entry.projectId())
            .put("actor", entry.origin().actor())
            .put("action", entry.action());
    putIfSet(json, "event_key", entry.eventKey());
    putIfSet(json, "trigger_id", entry.triggerId() == null ? null : entry.triggerId().toString());
    putIfSet(json, "address", entry.origin().address());
    putIfSet(json, "request_id", entry.origin().requestId());
    putIfSet(json, "detail", entry.detail() == null ? null : new JsonObject(entry.detail()));
    return json;
  }

  private static void putIfSet(JsonObject json, String name, Object value) {
    if (value != null) {
      json.put(name, value);
    }
  }
}
