package dev.standby.store;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.Webhooks;
import dev.standby.trigger.Command;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The webhook deliveries, as they are shown, and asked to be tried again. */
final class Deliveries {
  private static final long TICK_MILLIS = TimeUnit.MINUTES.toMillis(10);
  private static final int RETENTION_DAYS = 30;
  private static final long DELETED_AT_ONCE = 1000;

  private final Bus bus;
  private final Queries queries;
  private final Function<Command.Get, Future<EventTrigger>> reading;
  private final boolean audit;

  /**
   * Over that pool.
   *
   * @param reading finds the newest trigger of a key
   * @param audit whether it is written down who asked
   */
  Deliveries(
      Bus bus, Pooled pool, Function<Command.Get, Future<EventTrigger>> reading, boolean audit) {
    this.bus = bus;
    this.queries = new Queries(pool);
    this.reading = reading;
    this.audit = audit;
  }

  /** Deletes what is long over, from now on. */
  void start(Vertx vertx) {
    Chore.every(vertx, 0, TICK_MILLIS, "delete old deliveries", this::retain);
  }

  private Future<Void> retain() {
    return queries.runInPieces(
        DELETED_AT_ONCE, Sql.RETAIN_DELIVERIES, Tuple.of(RETENTION_DAYS, DELETED_AT_ONCE));
  }

  /** A page of those of a key; fails as reading the key's trigger does. */
  Future<Delivery.Page> list(Delivery.Query query) {
    return reading
        .apply(new Command.Get(query.eventKey(), query.projectId()))
        .compose(trigger -> page(query.inProject(trigger.projectId())));
  }

  private Future<Delivery.Page> page(Delivery.Query query) {
    return queries
        .run(
            Sql.LIST_DELIVERIES,
            Tuple.of(
                query.projectId(),
                query.eventKey(),
                query.before() == null ? null : query.before().atOffset(ZoneOffset.UTC),
                query.limit() + 1L))
        .compose(
            rows -> {
              List<Delivery> deliveries = new ArrayList<>(rows.size());
              for (Row row : rows) {
                deliveries.add(delivery(row, 0));
              }
              return Page.cut(
                  deliveries,
                  query.limit(),
                  Delivery::createdAt,
                  end ->
                      page(new Delivery.Query(query.eventKey(), query.projectId(), 1, end))
                          .map(rest -> !rest.deliveries().isEmpty()));
            })
        .map(cut -> new Delivery.Page(cut.rows(), cut.hasMore()));
  }

  /** Makes one due; fails if it is, or is not that key's. */
  Future<Delivery> retry(Delivery.Retry command) {
    return reading
        .apply(new Command.Get(command.eventKey(), command.projectId()))
        .compose(
            trigger ->
                queries.with(sql -> renew(sql, audit, command.inProject(trigger.projectId()))))
        .onSuccess(renewed -> bus.tellLocally(Addresses.WEBHOOK_DUE, "retry"));
  }

  /** Makes one due that names its project; the nodes are still to be told. */
  static Future<Delivery> renew(SqlClient sql, boolean audit, Delivery.Retry command) {
    return sql.preparedQuery(Sql.RETRY_DELIVERY.text(audit))
        .execute(
            Tuple.of(
                command.projectId(),
                command.id(),
                command.eventKey(),
                command.origin().actor(),
                command.origin().address(),
                command.origin().requestId()))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw Rejection.of(
                    Reason.NOT_FOUND, "The key has no delivery '" + command.id() + "'");
              }
              Row row = rows.iterator().next();
              if (row.getBoolean(0) || row.getBoolean(1)) {
                throw Rejection.of(
                    Reason.CONFLICT,
                    row.getBoolean(1)
                        ? "The delivery is being tried at this moment"
                        : "The delivery is due already");
              }
              return delivery(row, 2);
            });
  }

  /**
   * Gives this node what is due.
   *
   * @param own a pool that no client's request takes
   */
  static Future<Webhooks.Due> claim(Queries own, Webhooks.Claim claim) {
    return own.run(
            Sql.CLAIM_DELIVERIES,
            Tuple.from(
                List.of(
                    (long) claim.limit(),
                    claim.leaseMillis(),
                    claim.perOrigin(),
                    names(claim.origins()),
                    numbers(claim.origins()),
                    claim.perProject(),
                    names(claim.underWay()),
                    numbers(claim.underWay()),
                    claim.bytes())))
        .map(
            rows -> {
              List<Webhooks.Attempt> attempts = new ArrayList<>(rows.size());
              for (Row row : rows) {
                attempts.add(attempt(row));
              }
              return new Webhooks.Due(attempts);
            });
  }

  private static Webhooks.Attempt attempt(Row row) {
    return new Webhooks.Attempt(
        row.getUUID(0),
        row.getString(6),
        row.getInteger(1),
        row.getString(2),
        row.getString(3),
        instant(row, 4),
        instant(row, 5),
        row.getInteger(7),
        row.getUUID(8) == null ? null : Rows.trigger(row, 8));
  }

  private static String[] names(Map<String, Integer> numbers) {
    return numbers.keySet().toArray(String[]::new);
  }

  private static Integer[] numbers(Map<String, Integer> numbers) {
    return numbers.values().toArray(Integer[]::new);
  }

  /** Writes down what has come of attempts, in batches. */
  static final Lane.Statement<Webhooks.Tried, Void> RECORDING =
      (sql, entries) -> {
        Object[] columns =
            new Object[] {
              entries.stream().map(e -> e.command().attempt().projectId()).toArray(String[]::new),
              entries.stream().map(e -> e.command().attempt().id()).toArray(UUID[]::new),
              entries.stream().map(e -> e.command().attempt().number()).toArray(Integer[]::new),
              entries.stream().map(e -> outcome(e.command())).toArray(String[]::new),
              entries.stream().map(e -> e.command().status()).toArray(Integer[]::new),
              entries.stream().map(e -> e.command().error()).toArray(String[]::new),
              entries.stream().map(e -> e.command().pauseSecs()).toArray(Integer[]::new)
            };
        return sql.preparedQuery(Sql.RECORD_DELIVERIES.text())
            .execute(Tuple.from(Arrays.asList(columns)))
            .map(
                rows ->
                    () -> {
                      entries.forEach(entry -> entry.answer(null));
                      return Future.succeededFuture();
                    });
      };

  private static String outcome(Webhooks.Tried tried) {
    return tried.state() == Delivery.State.PENDING ? "again" : tried.state().code();
  }

  private static Delivery delivery(Row row, int at) {
    Delivery.State status = Delivery.State.ofCode(row.getString(at + 5));
    return new Delivery(
        row.getUUID(at),
        row.getString(at + 1),
        row.getString(at + 2),
        row.getUUID(at + 3),
        row.getString(at + 4),
        status,
        row.getInteger(at + 6),
        instant(row, at + 7),
        status == Delivery.State.PENDING ? instant(row, at + 8) : null,
        instant(row, at + 9),
        row.getInteger(at + 10),
        row.getString(at + 11),
        instant(row, at + 12));
  }

  private static Instant instant(Row row, int at) {
    OffsetDateTime time = row.getOffsetDateTime(at);
    return time == null ? null : time.toInstant();
  }
}
