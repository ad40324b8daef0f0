package dev.standby;

import dev.standby.bus.Access;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.KeyJson;
import dev.standby.bus.Operation;
import dev.standby.bus.Webhooks;
import dev.standby.cli.LocalKeys;
import dev.standby.cli.Trouble;
import dev.standby.config.ConfigException;
import dev.standby.config.Settings;
import dev.standby.trigger.ApiKey;
import dev.standby.trigger.Command;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Scope;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the command line does in the database of this machine's settings, without a node. */
final class StoreTool implements LocalKeys {
  @Override
  public String create(
      String project, List<String> scopes, String name, String prefix, String expiresAt) {
    Access.IssuedKey issued =
        ask(
            () -> {
              Set<Scope> allowed = EnumSet.noneOf(Scope.class);
              scopes.forEach(scope -> allowed.add(Scope.ofCode(scope)));
              Instant end = Operation.dateTime("expires_at", expiresAt);
              ApiKey.Request request =
                  new ApiKey.Request(project, name, allowed, prefix, end, Origin.COMMAND_LINE);
              return bus -> bus.askLocally(Addresses.ISSUE_KEY, request);
            });
    return KeyJson.encode(issued);
  }

  @Override
  public List<String> list(String project) {
    return ask(() -> bus -> keys(bus, project, null)).stream().map(KeyJson::encode).toList();
  }

  private static Future<List<ApiKey>> keys(Bus bus, String project, Instant before) {
    return bus.<Access.KeyPage>askLocally(
            Addresses.LIST_KEYS,
            new Access.PageRequest(project, Command.ListPage.MAX_LIMIT, before))
        .compose(
            page -> {
              List<ApiKey> keys = new ArrayList<>(page.keys());
              return page.hasMore()
                  ? keys(bus, project, keys.get(keys.size() - 1).createdAt())
                      .map(
                          more -> {
                            keys.addAll(more);
                            return keys;
                          })
                  : Future.succeededFuture(keys);
            });
  }

  @Override
  public String revoke(String id) {
    ApiKey key =
        ask(
            () -> {
              Access.Revocation revocation = new Access.Revocation(id, null, Origin.COMMAND_LINE);
              return bus -> bus.askLocally(Addresses.REVOKE_KEY, revocation);
            });
    return KeyJson.encode(key);
  }

  /** Signs callback links with a new secret; those signed before are good for so long still. */
  void rotateCallbackSecret(int overlapSecs) {
    if (overlapSecs < 0) {
      throw new Trouble("--overlap-secs must not be negative");
    }
    ask(() -> bus -> bus.askLocally(Addresses.ROTATE_CALLBACK_SECRET, overlapSecs));
  }

  /** By what a project's receivers verify webhook deliveries. */
  String webhookSecret(String project) {
    return newest(
        () -> {
          Webhooks.Reveal reveal = new Webhooks.Reveal(project, Origin.COMMAND_LINE);
          return bus -> bus.askLocally(Addresses.REVEAL_WEBHOOK_SECRETS, reveal);
        });
  }

  /** Makes a new one; deliveries are signed with the old one as well for so long. */
  String rotateWebhookSecret(String project, int overlapSecs) {
    return newest(
        () -> {
          Webhooks.Rotation rotation =
              new Webhooks.Rotation(project, overlapSecs, Origin.COMMAND_LINE);
          return bus -> bus.askLocally(Addresses.ROTATE_WEBHOOK_SECRET, rotation);
        });
  }

  private static String newest(Supplier<Function<Bus, Future<Webhooks.Secrets>>> question) {
    return ask(question).secrets().get(0).text();
  }

  /**
   * Asks the store, which is started for it.
   *
   * @throws Trouble if there is none, or if it says no
   */
  private static <T> T ask(Supplier<Function<Bus, Future<T>>> question) {
    try {
      // What is asked for is checked before anything is started.
      Function<Bus, Future<T>> checked = question.get();
      try (Standby store = Standby.startStore(Settings.load(System.getenv()))) {
        return checked
            .apply(Bus.local(store.vertx()))
            .toCompletionStage()
            .toCompletableFuture()
            .join();
      }
    } catch (CompletionException e) {
      throw new Trouble(
          e.getCause() instanceof Rejection said ? said.getMessage() : e.getCause().toString());
    } catch (ConfigException | Rejection e) {
      throw new Trouble(e.getMessage());
    }
  }
}
