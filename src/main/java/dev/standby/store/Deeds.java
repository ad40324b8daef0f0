package dev.standby.store;

import dev.standby.bus.Access.IssuedKey;
import dev.standby.bus.Access.NewIssuedKey;
import dev.standby.bus.Bus;
import dev.standby.bus.Webhooks;
import dev.standby.config.DatabaseConfig;
import dev.standby.schema.Schemas;
import dev.standby.trigger.Command;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.RegisterBatch;
import dev.standby.trigger.SendBatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;

/**
 * What may be carried out within one transaction, by the class of what is asked for: the same
 * classes do it that do it over the lanes, over parts of the transaction instead.
 */
final class Deeds {
  /** The counters' rows that these transactions write, which no lane does: it would wait. */
  private static final int FIRST_SHARD = 64;

  /** Those of transactions that may last: the others would wait for them. */
  private static final int FIRST_LASTING_SHARD = 128;

  private static final int SHARDS = 64;

  private static final Map<Class<?>, Deed> BY_REQUEST =
      Map.ofEntries(
          of(Command.Register.class, Parts::register),
          of(Command.Send.class, (parts, send) -> parts.holding.send(send)),
          of(RegisterBatch.class, (parts, batch) -> Batches.all(batch.items(), parts::register)),
          of(SendBatch.class, (parts, batch) -> Batches.all(batch.items(), parts.holding::send)),
          of(Command.SendPrefix.class, (parts, send) -> parts.bulk.sendPrefix(send)),
          of(Command.Purge.class, (parts, purge) -> parts.bulk.purge(purge)),
          of(Command.Resolve.class, (parts, resolve) -> parts.resolving.resolve(resolve)),
          of(Command.Callback.class, (parts, link) -> parts.linking.make(link)),
          of(NewIssuedKey.class, Parts::issue),
          of(Delivery.Retry.class, Parts::retry),
          of(
              Webhooks.Rotation.class,
              (parts, rotation) -> WebhookSecrets.rotate(parts.transaction.sql(), rotation)));

  private final Vertx vertx;
  private final Bus bus;
  private final Pooled pool;
  private final DatabaseConfig config;
  private final boolean audit;
  private final Schemas schemas;
  private final HeldQueues queues;
  private final ProjectCap heldCap;
  private final ProjectCap waitingCap;
  private final BiFunction<Registering, Command.Register, Future<Outcome.Registered>> registering;

  /**
   * Deeds with what the lanes use as well.
   *
   * @param pool for what is only looked up
   * @param registering registers, with all that belongs to it
   */
  Deeds(
      Vertx vertx,
      Bus bus,
      Pooled pool,
      DatabaseConfig config,
      boolean audit,
      Schemas schemas,
      HeldQueues queues,
      ProjectCap heldCap,
      ProjectCap waitingCap,
      BiFunction<Registering, Command.Register, Future<Outcome.Registered>> registering) {
    this.vertx = vertx;
    this.bus = bus;
    this.pool = pool;
    this.config = config;
    this.audit = audit;
    this.schemas = schemas;
    this.queues = queues;
    this.heldCap = heldCap;
    this.waitingCap = waitingCap;
    this.registering = registering;
  }

  /** How one kind of request is carried out. */
  @FunctionalInterface
  private interface Deed {
    Future<?> carryOut(Parts parts, Object request);
  }

  private static <R> Map.Entry<Class<?>, Deed> of(
      Class<R> type, BiFunction<Parts, R, Future<?>> deed) {
    return Map.entry(type, (parts, request) -> deed.apply(parts, type.cast(request)));
  }

  /** Whether that can be carried out so. */
  boolean know(Object request) {
    return BY_REQUEST.containsKey(request.getClass());
  }

  /** Whether it may be at very many triggers, and last. */
  static boolean lasts(Object request) {
    return request instanceof Command.SendPrefix || request instanceof Command.Purge;
  }

  /** Carries it out; {@code news} gets what is to be announced once it is committed. */
  Future<Object> carryOut(Object request, OwnTransaction transaction, Announcer news) {
    return BY_REQUEST
        .get(request.getClass())
        .carryOut(new Parts(transaction, news, lasts(request)), request)
        .map(outcome -> outcome);
  }

  /** Who does it, in one transaction. */
  private final class Parts {
    private final OwnTransaction transaction;
    private final Registering registrations;
    private final Holding holding;
    private final Bulk bulk;
    private final Resolving resolving;
    private final Linking linking;
    private final Route<Command.Get, EventTrigger> reading;
    private final Announcer news;

    Parts(OwnTransaction transaction, Announcer news, boolean lasts) {
      this.transaction = transaction;
      this.news = news;
      int first = lasts ? FIRST_LASTING_SHARD : FIRST_SHARD;
      short shard = (short) (first + ThreadLocalRandom.current().nextInt(SHARDS));
      Endings endings = new Endings(shard, audit);
      Chain chain = new Chain(schemas, endings, queues, heldCap);
      Taking taking = new Taking(shard, audit, news);
      Demanding demanding = new Demanding(transaction, endings, taking, chain, audit, news);
      Finishing finishing = new Finishing(transaction::open, endings, demanding, news);
      registrations =
          new Registering(
              transaction::open,
              shard,
              audit,
              waitingCap,
              finishing,
              transaction.open(taking),
              demanding,
              news);
      holding = new Holding(transaction::open, finishing, heldCap, queues);
      bulk =
          new Bulk(
              vertx,
              new Queries(pool),
              transaction,
              config.prefixLimit(),
              shard,
              shard,
              audit,
              chain,
              news);
      resolving = new Resolving(pool, finishing);
      reading = transaction.open(new Reading(finishing));
      linking =
          new Linking(
              bus,
              reading::submit,
              entry -> audit ? AuditLog.write(transaction.sql(), entry) : Future.succeededFuture());
    }

    Future<Outcome.Registered> register(Command.Register command) {
      return registering.apply(registrations, command);
    }

    Future<Delivery> retry(Delivery.Retry command) {
      return reading
          .submit(new Command.Get(command.eventKey(), command.projectId()))
          .compose(
              trigger ->
                  Deliveries.renew(
                      transaction.sql(), audit, command.inProject(trigger.projectId())))
          .onSuccess(renewed -> news.webhookDue());
    }

    Future<IssuedKey> issue(NewIssuedKey made) {
      return Keys.create(transaction.sql(), made.key()).map(key -> new IssuedKey(key, made.text()));
    }
  }
}
