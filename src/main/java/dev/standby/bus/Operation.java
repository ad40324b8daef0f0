package dev.standby.bus;

import dev.standby.trigger.Command;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.HeldEvent;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.ReadFeed;
import dev.standby.trigger.RegisterBatch;
import dev.standby.trigger.SendBatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * What can be asked over the bus: an address, the command that goes there, the outcome that comes
 * back (contract, section "The event bus").
 *
 * @param <C> the command
 * @param <O> its outcome
 */
public final class Operation<C extends Command, O extends Outcome> {
  /** Registers a wait. */
  public static final Operation<Command.Register, Outcome.Registered> REGISTER =
      new Operation<>(
          "register", Command.Register.class, Outcome.Registered.class, CommandJson::register, 30);

  /** Reads the newest trigger of a key. */
  public static final Operation<Command.Get, EventTrigger> GET =
      new Operation<>("get", Command.Get.class, EventTrigger.class, CommandJson::get, 30);

  /** Lists a project's triggers. */
  public static final Operation<Command.ListPage, Outcome.Page> LIST =
      new Operation<>("list", Command.ListPage.class, Outcome.Page.class, CommandJson::list, 30);

  /** Counts triggers. */
  public static final Operation<Command.GetStats, Outcome.Stats> STATS =
      new Operation<>("stats", Command.GetStats.class, Outcome.Stats.class, CommandJson::stats, 30);

  /** Sends an event to a key. */
  public static final Operation<Command.Send, Outcome.Sent> SEND =
      new Operation<>("send", Command.Send.class, Outcome.Sent.class, CommandJson::send, 30);

  /** Lists events that are held. */
  public static final Operation<Command.ListHeld, Outcome.HeldPage> LIST_HELD =
      new Operation<>(
          "list-held", Command.ListHeld.class, Outcome.HeldPage.class, CommandJson::listHeld, 30);

  /** Deletes an event that is held. */
  public static final Operation<Command.DeleteHeld, HeldEvent> DELETE_HELD =
      new Operation<>(
          "delete-held", Command.DeleteHeld.class, HeldEvent.class, CommandJson::deleteHeld, 30);

  /** Registers many waits. */
  public static final Operation<RegisterBatch, Outcome.Batch> REGISTER_BATCH =
      new Operation<>(
          "register-batch", RegisterBatch.class, Outcome.Batch.class, BatchJson::registerBatch, 60);

  /** Sends many events. */
  public static final Operation<SendBatch, Outcome.Batch> SEND_BATCH =
      new Operation<>("send-batch", SendBatch.class, Outcome.Batch.class, BatchJson::sendBatch, 60);

  /** Sends an event to every key with a prefix. */
  public static final Operation<Command.SendPrefix, Outcome.Triggers> SEND_PREFIX =
      new Operation<>(
          "send-prefix",
          Command.SendPrefix.class,
          Outcome.Triggers.class,
          CommandJson::sendPrefix,
          120);

  /** Cancels a wait. */
  public static final Operation<Command.Cancel, EventTrigger> CANCEL =
      new Operation<>("cancel", Command.Cancel.class, EventTrigger.class, CommandJson::cancel, 30);

  /** Moves a deadline. */
  public static final Operation<Command.Update, EventTrigger> UPDATE =
      new Operation<>("update", Command.Update.class, EventTrigger.class, CommandJson::update, 30);

  /** Deletes what is long over. */
  public static final Operation<Command.Purge, Outcome.Purged> PURGE =
      new Operation<>("purge", Command.Purge.class, Outcome.Purged.class, CommandJson::purge, 3600);

  /** Makes a link by which the trigger of a key may be resolved. */
  public static final Operation<Command.Callback, Outcome.CallbackLink> CALLBACK =
      new Operation<>(
          "callback",
          Command.Callback.class,
          Outcome.CallbackLink.class,
          CommandJson::callback,
          30);

  /** Reads on in a project's feed. */
  public static final Operation<ReadFeed, Outcome.FeedPage> FEED =
      new Operation<>("feed", ReadFeed.class, Outcome.FeedPage.class, FeedJson::decode, 30);

  /** Lists the webhook deliveries of a key. */
  public static final Operation<Delivery.Query, Delivery.Page> LIST_DELIVERIES =
      new Operation<>(
          "list-deliveries", Delivery.Query.class, Delivery.Page.class, DeliveryJson::query, 30);

  /** Has a webhook delivery tried again. */
  public static final Operation<Delivery.Retry, Delivery> RETRY_DELIVERY =
      new Operation<>(
          "retry-delivery", Delivery.Retry.class, Delivery.class, DeliveryJson::retry, 30);

  /** Reads watched triggers again; for {@link Watchers}. */
  static final Operation<Command.Reread, Outcome.Triggers> REREAD =
      new Operation<>(
          "reread", Command.Reread.class, Outcome.Triggers.class, CommandJson::reread, 30);

  /** All of them. */
  public static final List<Operation<?, ?>> ALL =
      List.of(
          REGISTER,
          GET,
          LIST,
          STATS,
          SEND,
          REGISTER_BATCH,
          SEND_BATCH,
          SEND_PREFIX,
          CANCEL,
          UPDATE,
          PURGE,
          CALLBACK,
          LIST_HELD,
          DELETE_HELD,
          FEED,
          LIST_DELIVERIES,
          RETRY_DELIVERY,
          REREAD);

  private final String name;
  private final Class<C> commandType;
  private final Class<O> outcomeType;
  private final Function<String, C> decoder;
  private final long timeoutMillis;

  private Operation(
      String name,
      Class<C> commandType,
      Class<O> outcomeType,
      Function<String, C> decoder,
      int timeoutSecs) {
    this.name = name;
    this.commandType = commandType;
    this.outcomeType = outcomeType;
    this.decoder = decoder;
    this.timeoutMillis = timeoutSecs * 1000L;
  }

  /** Where on the bus it is asked. */
  public String address() {
    return Addresses.EVENTS + name;
  }

  /** Which commands it takes. */
  public Class<C> commandType() {
    return commandType;
  }

  /** What comes back. */
  Class<O> outcomeType() {
    return outcomeType;
  }

  /**
   * Whether asking twice does no more than asking once. A prefix send and a purge do not either,
   * but the second outcome counts only what the first left; and an event would be held twice.
   */
  boolean repeatable(Command command) {
    return !(command instanceof Command.SendPrefix
        || command instanceof Command.Purge
        || command instanceof Delivery.Retry
        || (command instanceof Command.Send send && send.holdSecs() > 0)
        || (command instanceof SendBatch batch && batch.holds()));
  }

  /** How long an asker waits before it takes the request for lost, in milliseconds. */
  public long timeoutMillis() {
    return timeoutMillis;
  }

  /**
   * Reads a command from the JSON of a bus message or of an HTTP body.
   *
   * @throws dev.standby.trigger.Rejection if it is not one
   */
  public C decode(String json) {
    return decoder.apply(json);
  }

  /** The {@code hold_secs} among the fields of a send; 0 if it is not there. */
  public static int holdSecs(Map<String, Object> fields) {
    return CommandJson.holdSecs(fields);
  }

  /**
   * The {@code timeout_secs} among the fields of an update.
   *
   * @throws dev.standby.trigger.Rejection if it is not there
   */
  public static int timeoutSecs(Map<String, Object> fields) {
    return CommandJson.timeoutSecs(fields);
  }

  /**
   * The id of an event that is held.
   *
   * @throws dev.standby.trigger.Rejection if it can't be one
   */
  public static UUID heldId(String text) {
    return CommandJson.heldId(text);
  }

  /**
   * The id of a webhook delivery.
   *
   * @throws dev.standby.trigger.Rejection if it can't be one
   */
  public static UUID deliveryId(String text) {
    return DeliveryJson.id(text);
  }

  /**
   * The date-time of a field; null stays null.
   *
   * @throws dev.standby.trigger.Rejection naming the field if it is none
   */
  public static Instant dateTime(String field, String text) {
    return CommandJson.dateTime(field, text);
  }

  @Override
  public String toString() {
    return name;
  }
}
