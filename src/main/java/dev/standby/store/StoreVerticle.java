package dev.standby.store;

import dev.standby.bus.Access.NewKey;
import dev.standby.bus.Access.PageRequest;
import dev.standby.bus.Access.Revocation;
import dev.standby.bus.Access.Rotation;
import dev.standby.bus.Access.StoredKey;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.Operation;
import dev.standby.bus.Webhooks;
import dev.standby.config.AccessConfig;
import dev.standby.config.DatabaseConfig;
import dev.standby.config.FeedConfig;
import dev.standby.config.PostgresConfig;
import dev.standby.config.RetentionConfig;
import dev.standby.schema.Schemas;
import dev.standby.trigger.AuditEntry;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.TriggerRef;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** Answers every operation, from PostgreSQL; owns the connections to it. */
public final class StoreVerticle extends VerticleBase {
  /**
   * Over how many rows a project's counters are spread; a node writes to {@value #WRITERS} of them.
   */
  private static final int SHARDS = 64;

  private static final int WRITERS = 8;

  /** Connections for what must not wait behind lists, prefix sends and purges. */
  private static final int UPKEEP_CONNECTIONS = 2;

  /** Connections for waits that have a schema, or send on. */
  private static final int CHAIN_CONNECTIONS = 2;

  /** Connections for feeds, so that neither many of them nor long lists starve the others. */
  private static final int FEED_CONNECTIONS = 2;

  /** Connections for requests with an idempotency key. */
  private static final int ONCE_CONNECTIONS = 8;

  private final DatabaseUrl url;
  private final DatabaseUrl direct;
  private final DatabaseConfig config;
  private final AccessConfig access;
  private final FeedConfig feeds;
  private final RetentionConfig retention;
  private final boolean housekeeping;
  private final StoreMeters meters;
  private Bus bus;
  private Servers servers;
  private Pools pools;
  private Pooled pool;
  private Pooled upkeepPool;
  private Schemas schemas;
  private Lanes lanes;
  private Notifications notifications;

  /**
   * A store over that database.
   *
   * @param postgres where the database is
   * @param housekeeping whether it deletes what is too old by these settings
   * @param registry of its meters
   */
  public StoreVerticle(
      PostgresConfig postgres,
      DatabaseConfig config,
      AccessConfig access,
      FeedConfig feeds,
      RetentionConfig retention,
      boolean housekeeping,
      MeterRegistry registry) {
    this.url = DatabaseUrl.of(postgres);
    this.direct = DatabaseUrl.direct(postgres);
    this.config = config;
    this.access = access;
    this.feeds = feeds;
    this.retention = retention;
    this.housekeeping = housekeeping;
    this.meters = new StoreMeters(registry);
  }

  @Override
  public Future<?> start() {
    bus = Bus.local(vertx);
    return Migrations.run(vertx, direct).compose(migrated -> open());
  }

  private Future<?> open() {
    servers = new Servers(vertx, url);
    return servers
        .find()
        .compose(found -> serve(), failure -> Future.failedFuture(Refused.by(url, failure)));
  }

  private Future<?> serve() {
    pools = new Pools(vertx, servers, config, meters);
    pool = pools.open("requests", config.poolSize());
    upkeepPool = pools.open("upkeep", UPKEEP_CONNECTIONS);
    lanes = new Lanes(vertx, servers, !url.pooled(), config, meters);
    Announcer announcer = new Announcer(vertx, bus);
    notifications = new Notifications(vertx, bus, servers, url, direct);
    notifications.start();
    schemas = new Schemas(vertx);
    Pooled oncePool = pools.open("once", ONCE_CONNECTIONS);
    boolean audited = access.audit();
    int shard = ThreadLocalRandom.current().nextInt(SHARDS / WRITERS) * WRITERS;
    Endings chained = new Endings((short) (shard + 6), audited);
    HeldQueues queues = new HeldQueues(audited);
    ProjectCap heldCap = new ProjectCap(Sql.COUNT_HELD, config.maxHeldPerProject());
    Chain chain = new Chain(schemas, chained, queues, heldCap);
    Demanding demanding =
        new Demanding(
            new Queries(pools.open("chains", CHAIN_CONNECTIONS)),
            chained,
            new Taking((short) (shard + 6), audited, announcer),
            chain,
            audited,
            announcer);
    Finishing finishing =
        new Finishing(
            statement -> lanes.openAhead("finish", statement, Ending::projectId),
            new Endings((short) shard, audited),
            demanding,
            announcer);
    Lane<Command.Register, EventTrigger> taking =
        lanes.open(
            "take",
            new Taking((short) (shard + 5), audited, announcer),
            Command.Register::projectId);
    ProjectCap waitingCap = new ProjectCap(Sql.COUNT_WAITING, config.maxWaitingPerProject());
    Registering registering =
        new Registering(
            statement -> lanes.open("register", statement, Command.Register::projectId),
            (short) (shard + 1),
            audited,
            waitingCap,
            finishing,
            taking,
            demanding,
            announcer);
    Holding holding =
        new Holding(
            statement -> lanes.open("hold", statement, Command.Send::projectId),
            finishing,
            heldCap,
            queues);
    HeldEvents held = new HeldEvents(pool, audited);
    if (housekeeping) {
      held.start(vertx);
    }
    Lane<Command.Get, EventTrigger> reading =
        lanes.open("get", new Reading(finishing), Command.Get::projectId);
    Bulk bulk =
        new Bulk(
            vertx,
            new Queries(pool),
            new Queries(pool),
            config.prefixLimit(),
            (short) (shard + 2),
            (short) (shard + 3),
            audited,
            chain,
            announcer);
    Answers answers = new Answers(vertx, pool, config.maxIdempotencyKeysPerProject());
    if (housekeeping) {
      new Retention(vertx, pool, retention, (short) (shard + 7), audited).start();
      answers.start();
    }
    Deeds deeds =
        new Deeds(
            vertx,
            bus,
            pool,
            config,
            audited,
            schemas,
            queues,
            heldCap,
            waitingCap,
            this::register);
    OnceOnly once =
        new OnceOnly(oncePool, pool, deeds, answers, announcer, config.maxBatch(), meters);
    Upkeep upkeep = new Upkeep(upkeepPool, (short) (shard + 4), demanding, announcer, meters);
    Readings readings = new Readings(new Queries(upkeepPool), meters.registry());
    return Future.all(
        List.of(
            bus.serve(Operation.REGISTER, command -> register(registering, command)),
            bus.serve(Operation.SEND, holding::send),
            bus.serve(
                Operation.REGISTER_BATCH,
                batch -> Batches.all(batch.items(), one -> register(registering, one))),
            bus.serve(Operation.SEND_BATCH, batch -> Batches.all(batch.items(), holding::send)),
            bus.serve(Operation.LIST_HELD, held::list),
            bus.serve(Operation.DELETE_HELD, held::delete),
            bus.serve(Operation.CANCEL, cancel -> finishing.finish(Ending.of(cancel))),
            bus.serve(Operation.UPDATE, new Updating(pool, finishing, audited, announcer)::update),
            bus.serve(Operation.GET, reading::submit),
            bus.serve(Operation.LIST, bulk::list),
            bus.serve(Operation.STATS, bulk::stats),
            bus.serve(Operation.SEND_PREFIX, bulk::sendPrefix),
            bus.serve(Operation.PURGE, bulk::purge),
            bus.serveReread(upkeep::reread),
            serveFeeds(),
            serveWebhooks(reading),
            serveAccess(finishing, reading),
            bus.serveOnce(once::carryOut),
            bus.serveLocally(Addresses.MEASURE, String.class, any -> readings.read()),
            bus.serveLocally(Addresses.EXPIRE, Integer.class, upkeep::expire),
            bus.serveLocally(Addresses.NEXT_DEADLINE, String.class, any -> upkeep.nextDeadline())));
  }

  private Future<?> serveFeeds() {
    Pooled feedPool = pools.open("feeds", FEED_CONNECTIONS);
    Feed feed = new Feed(vertx, feedPool);
    if (housekeeping) {
      new FeedRetention(feedPool, feeds.retentionHours()).start(vertx);
    }
    return feed.start().compose(started -> bus.serve(Operation.FEED, feed::read));
  }

  private Future<?> serveAccess(Finishing finishing, Lane<Command.Get, EventTrigger> reading) {
    Keys keys = new Keys(pool);
    AuditLog audit = new AuditLog(pool, access.auditRetentionDays());
    Resolving resolving = new Resolving(pool, finishing);
    Function<AuditEntry, Future<Void>> audited =
        entry -> access.audit() ? audit.write(entry) : Future.succeededFuture();
    Linking linking = new Linking(bus, reading::submit, audited);
    Lane<String, StoredKey> lookup = lanes.open("key", new KeyLookup(), Function.identity());
    return Future.all(
        List.of(
            housekeeping ? audit.start(vertx) : audit.prepare(),
            bus.serveLocally(Addresses.FIND_KEY, String.class, lookup::submit),
            bus.serveLocally(Addresses.STORE_KEY, NewKey.class, keys::create),
            bus.serveLocally(Addresses.LIST_KEYS, PageRequest.class, keys::list),
            bus.serveLocally(Addresses.REVOKE_KEY, Revocation.class, keys::revoke),
            bus.serveLocally(Addresses.CALLBACK_SECRETS, String.class, keys::callbackSecrets),
            bus.serveLocally(Addresses.STORE_CALLBACK_SECRET, Rotation.class, keys::rotate),
            bus.serve(Operation.CALLBACK, linking::make),
            bus.serveLocally(Addresses.LIST_AUDIT, PageRequest.class, audit::list),
            bus.serveLocally(Addresses.FIND, TriggerRef.class, resolving::find),
            bus.serveLocally(Addresses.RESOLVE, Command.Resolve.class, resolving::resolve)));
  }

  private Future<?> serveWebhooks(Lane<Command.Get, EventTrigger> reading) {
    Deliveries deliveries = new Deliveries(bus, pool, reading::submit, access.audit());
    if (housekeeping) {
      deliveries.start(vertx);
    }
    WebhookSecrets secrets = new WebhookSecrets(pool);
    Queries own = new Queries(upkeepPool);
    Lane<Webhooks.Tried, Void> recording =
        lanes.open("webhook", Deliveries.RECORDING, tried -> tried.attempt().projectId());
    return Future.all(
        List.of(
            bus.serve(Operation.LIST_DELIVERIES, deliveries::list),
            bus.serve(Operation.RETRY_DELIVERY, deliveries::retry),
            bus.serveLocally(
                Addresses.CLAIM_DELIVERIES,
                Webhooks.Claim.class,
                claim -> Deliveries.claim(own, claim)),
            bus.serveLocally(Addresses.RECORD_DELIVERY, Webhooks.Tried.class, recording::submit),
            bus.serveLocally(Addresses.WEBHOOK_SECRETS, String.class, secrets::of),
            bus.serveLocally(
                Addresses.REVEAL_WEBHOOK_SECRETS, Webhooks.Reveal.class, secrets::reveal),
            bus.serveLocally(
                Addresses.ROTATE_WEBHOOK_SECRET, Webhooks.Rotation.class, secrets::rotate)));
  }

  private Future<Outcome.Registered> register(Registering registering, Command.Register command) {
    Future<Outcome.Registered> registered =
        command.terms().payloadSchema() == null
            ? registering.register(command)
            : schemas
                .check(command.terms().payloadSchema())
                .compose(usable -> registering.register(command));
    return command.callback()
        ? registered.compose(
            done ->
                Linking.sign(bus, done.trigger())
                    .map(url -> new Outcome.Registered(done.trigger(), done.created(), url)))
        : registered;
  }

  @Override
  public Future<?> stop() {
    if (pools == null) {
      return Future.succeededFuture();
    }
    notifications.stop();
    schemas.close();
    return lanes.close().eventually(pools::close);
  }
}
