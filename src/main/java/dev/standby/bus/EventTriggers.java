package dev.standby.bus;

import dev.standby.trigger.Command;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.HeldEvent;
import dev.standby.trigger.Item;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.RegisterBatch;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.SendBatch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.Json;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The client for verticles, in a node's process or in any other member of its cluster.
 *
 * <pre>{@code
 * EventTriggers triggers = EventTriggers.create(vertx);
 * triggers
 *     .register(Registration.of("order-42/paid").timeoutSecs(600))
 *     .compose(trigger -> triggers.await("order-42/paid"))
 *     .onSuccess(trigger -> log.info("{} {}", trigger.status(), trigger.responsePayload()));
 * }</pre>
 *
 * Every future fails with a {@link dev.standby.trigger.Rejection} and nothing else. May be used
 * from any thread. What a node has not answered within four seconds is asked of another, if it may
 * be done twice; then a key whose event has come meanwhile is registered again, which {@link
 * #withIdempotencyKey} prevents, and a cancel fails because the wait is canceled already.
 */
public final class EventTriggers {
  private static final long CATCH_UP_MILLIS = 2000;

  private final Vertx vertx;
  private final Bus bus;
  private final Context context;
  private final Future<Watchers> watchers;
  private final Future<Feeds> feeds;

  /** Of what is asked for; null for none. */
  private final String idempotencyKey;

  private EventTriggers(Vertx vertx) {
    this.vertx = vertx;
    this.bus = Bus.clustered(vertx);
    this.context = vertx.getOrCreateContext();
    this.watchers = onContext(() -> Watchers.start(vertx, bus, CATCH_UP_MILLIS));
    this.feeds = onContext(() -> Future.succeededFuture(new Feeds(vertx, bus, CATCH_UP_MILLIS)));
    this.idempotencyKey = null;
  }

  private EventTriggers(EventTriggers other, String idempotencyKey) {
    this.bus = other.bus;
    this.context = other.context;
    this.watchers = other.watchers;
    this.vertx = other.vertx;
    this.feeds = other.feeds;
    this.idempotencyKey = idempotencyKey;
  }

  /** A client on that Vert.x instance; one is enough for an application. */
  public static EventTriggers create(Vertx vertx) {
    return new EventTriggers(vertx);
  }

  /**
   * The same client for one request that is carried out once, however often and through whichever
   * node it is sent within 24 hours: whoever sends it again gets the first outcome again. Another
   * request with that key fails, and so does a cancel or a move of a deadline, which need no key.
   *
   * @param key 1 to 255 visible ASCII characters; best a random UUID
   */
  public EventTriggers withIdempotencyKey(String key) {
    return new EventTriggers(this, key);
  }

  /** Registers a wait, or finds the one that the same registration made before. */
  public Future<EventTrigger> register(Registration registration) {
    return ask(Operation.REGISTER, registration::command).map(Outcome.Registered::trigger);
  }

  /**
   * Waits for the newest trigger of a key to become terminal: received, timed out or canceled, on
   * whichever node. There is no time limit but the trigger's own deadline.
   *
   * @return the terminal trigger; fails at once if no trigger has the key
   */
  public Future<EventTrigger> await(String eventKey) {
    return await(eventKey, null);
  }

  /** As {@link #await(String)}, in that project only. */
  public Future<EventTrigger> await(String eventKey, String projectId) {
    return onContext(
        () -> {
          Command.Get get = new Command.Get(eventKey, projectId);
          Promise<EventTrigger> terminal = Promise.promise();
          watchers
              .compose(
                  all ->
                      all.watch(
                          get,
                          trigger -> {
                            if (trigger.status().terminal()) {
                              terminal.tryComplete(trigger);
                            }
                          }))
              .onFailure(terminal::tryFail);
          return Awaits.until(terminal.future(), vertx);
        });
  }

  /**
   * Sends an event to the waiting trigger of a key.
   *
   * @param payload anything that Jackson writes as JSON; null is sent as JSON's null
   */
  public Future<EventTrigger> send(String eventKey, Object payload) {
    return send(eventKey, null, payload);
  }

  /** As {@link #send(String, Object)}, in that project only. */
  public Future<EventTrigger> send(String eventKey, String projectId, Object payload) {
    return ask(
            Operation.SEND, () -> new Command.Send(eventKey, projectId, json(payload), Origin.BUS))
        .map(EventTrigger.class::cast);
  }

  /**
   * As {@link #send(String, String, Object)}; if nobody waits for the key, the event is kept for so
   * many seconds, and the next registration of the key receives it at once.
   *
   * @return the trigger that received it, or that it is held
   */
  public Future<Outcome.Sent> sendOrHold(
      String eventKey, String projectId, Object payload, int holdSecs) {
    return ask(
        Operation.SEND,
        () -> new Command.Send(eventKey, projectId, json(payload), holdSecs, Origin.BUS));
  }

  /** Registers 1 to 1 000 waits; each has a result of its own, in their order. */
  public Future<Outcome.Batch> registerAll(List<Registration> registrations) {
    return ask(
            Operation.REGISTER_BATCH,
            () -> new RegisterBatch(registrations.stream().map(r -> item(r.command())).toList()))
        .map(
            batch ->
                new Outcome.Batch(batch.results().stream().map(EventTriggers::plain).toList()));
  }

  /** With the trigger alone, as it comes from another process. */
  private static Outcome.Result plain(Outcome.Result result) {
    return result.outcome() instanceof Outcome.Registered registered
        ? new Outcome.Result(result.status(), registered.trigger(), null)
        : result;
  }

  /** Sends to 1 to 1 000 keys; each has a result of its own, in their order. */
  public Future<Outcome.Batch> sendAll(List<Command.Send> sends) {
    return ask(
        Operation.SEND_BATCH,
        () -> new SendBatch(sends.stream().map(EventTriggers::item).toList()));
  }

  private static <C extends Command> Item<C> item(C command) {
    return new Item<>(command, null);
  }

  /** A page of the events that are held, newest first; a null project stands for all. */
  public Future<Outcome.HeldPage> listHeld(Command.ListHeld query) {
    return bus.request(Operation.LIST_HELD, query);
  }

  /** Deletes an event that is held; a null project stands for whichever has it. */
  public Future<HeldEvent> deleteHeld(UUID id, String projectId) {
    return ask(
        Operation.DELETE_HELD, () -> new Command.DeleteHeld(id, projectId, null, Origin.BUS));
  }

  /** Sends an event to every waiting trigger of a project whose key starts with {@code prefix}. */
  public Future<Outcome.Triggers> sendPrefix(String prefix, String projectId, Object payload) {
    return ask(
        Operation.SEND_PREFIX,
        () -> new Command.SendPrefix(prefix, projectId, json(payload), Origin.BUS));
  }

  /**
   * Moves the deadline of the waiting trigger of a key to so many seconds from now, 1 to 31 536
   * 000; a null project stands for whichever has it.
   */
  public Future<EventTrigger> update(String eventKey, String projectId, int timeoutSecs) {
    return ask(
        Operation.UPDATE, () -> new Command.Update(eventKey, projectId, timeoutSecs, Origin.BUS));
  }

  /** Cancels the waiting trigger of a key; a null project stands for whichever has it. */
  public Future<EventTrigger> cancel(String eventKey, String projectId) {
    return ask(Operation.CANCEL, () -> new Command.Cancel(eventKey, projectId, Origin.BUS));
  }

  /**
   * Makes a link by which whoever has it may resolve the waiting trigger of a key, once, over HTTP
   * and without credentials.
   */
  public Future<Outcome.CallbackLink> callback(String eventKey, String projectId) {
    return ask(Operation.CALLBACK, () -> new Command.Callback(eventKey, projectId, Origin.BUS));
  }

  /** The newest trigger of a key; a null project stands for whichever has it. */
  public Future<EventTrigger> get(String eventKey, String projectId) {
    return ask(Operation.GET, () -> new Command.Get(eventKey, projectId));
  }

  /** A page of a project's triggers, newest first. */
  public Future<Outcome.Page> list(Command.ListPage query) {
    return bus.request(Operation.LIST, query);
  }

  /**
   * Reads a project's feed: every change that the filters let through, at least once, and those of
   * a key in the order of their commits.
   *
   * @param after the {@link FeedReading#position} or the id of a change up to which an earlier
   *     reading got, on whichever node; null to begin with what comes from now on
   * @param handler gets a page of changes, and the next when its future has completed; the reading
   *     ends if it fails. Is told of a reset as well, when changes may have been missed
   * @return the reading, once it stands
   */
  public Future<FeedReading> feed(
      Command.ListPage filter, String after, Function<Outcome.FeedPage, Future<?>> handler) {
    return onContext(
        () ->
            feeds.compose(
                all -> new FeedReading(vertx, context, all.open(filter), handler).begin(after)));
  }

  /** How many triggers there are, by status; a null project stands for all. */
  public Future<Outcome.Stats> stats(String projectId) {
    return ask(Operation.STATS, () -> new Command.GetStats(projectId));
  }

  /** Deletes, or counts, the triggers that became terminal longer ago than that many days. */
  public Future<Outcome.Purged> purge(String projectId, int olderThanDays, boolean dryRun) {
    return ask(
        Operation.PURGE, () -> new Command.Purge(projectId, olderThanDays, dryRun, Origin.BUS));
  }

  /** A page of the webhook deliveries of a key, newest first. */
  public Future<Delivery.Page> deliveries(Delivery.Query query) {
    return bus.request(Operation.LIST_DELIVERIES, query);
  }

  /** Has a webhook delivery of a key tried again; a null project stands for whichever has it. */
  public Future<Delivery> retryDelivery(String eventKey, String projectId, UUID id) {
    return ask(
        Operation.RETRY_DELIVERY, () -> new Delivery.Retry(eventKey, projectId, id, Origin.BUS));
  }

  /** Asks; what is wrong with the command itself fails the future as well. */
  private <C extends Command, O extends Outcome> Future<O> ask(
      Operation<C, O> operation, Supplier<C> command) {
    try {
      return bus.request(operation, command.get(), idempotencyKey);
    } catch (Rejection e) {
      return Future.failedFuture(e);
    } catch (EncodeException e) {
      return Future.failedFuture(Rejection.badRequest("The payload can't be written as JSON"));
    }
  }

  private static String json(Object payload) {
    // The decoder of requests refuses what PostgreSQL could not store, here as over HTTP.
    return Operation.SEND
        .decode("{\"event_key\":\"-\",\"payload\":" + Json.encode(payload) + "}")
        .payload();
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        ignored -> {
          try {
            work.get().onComplete(promise);
          } catch (Rejection e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }
}
