package dev.standby.store;

import dev.standby.bus.Access.CallbackSecret;
import dev.standby.bus.Access.CallbackSecrets;
import dev.standby.bus.Access.KeyPage;
import dev.standby.bus.Access.NewKey;
import dev.standby.bus.Access.PageRequest;
import dev.standby.bus.Access.Revocation;
import dev.standby.bus.Access.Rotation;
import dev.standby.trigger.ApiKey;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Scope;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** API keys, and the secrets of callback links, as they are managed. */
final class Keys {
  /** How many keys of a project may be in use at once. */
  private static final long MAX_KEYS = 1000;

  private static final int SECRET_BYTES = 32;

  private final Queries queries;

  Keys(Pooled pool) {
    this.queries = new Queries(pool);
  }

  /** The key whose columns begin at {@code at}, in the order of {@link Sql}. */
  static ApiKey key(Row row, int at) {
    return new ApiKey(
        row.getString(at),
        row.getString(at + 1),
        row.getString(at + 2),
        Scope.known(Arrays.asList(row.getArrayOfStrings(at + 3))),
        row.getString(at + 4),
        instant(row, at + 5),
        row.getString(at + 6),
        instant(row, at + 7),
        instant(row, at + 8));
  }

  /** Keeps a new key. */
  Future<ApiKey> create(NewKey created) {
    return queries.with(sql -> create(sql, created));
  }

  /** The same on that connection. */
  static Future<ApiKey> create(SqlClient sql, NewKey created) {
    ApiKey.Request request = created.request();
    Origin origin = request.origin();
    return sql.preparedQuery(Sql.CREATE_KEY.text())
        .execute(
            Tuple.from(
                Arrays.asList(
                    created.id(),
                    request.projectId(),
                    request.name(),
                    Buffer.buffer(HexFormat.of().parseHex(created.secretHash())),
                    request.scopes().stream().map(Scope::code).toArray(String[]::new),
                    request.keyPrefix(),
                    at(request.expiresAt()),
                    origin.actor(),
                    origin.address(),
                    origin.requestId(),
                    MAX_KEYS)))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              if (!row.getBoolean(0)) {
                throw Rejection.badRequest("'expires_at' must lie ahead");
              }
              if (!row.getBoolean(1)) {
                throw Rejection.of(
                    Reason.VALIDATION_FAILED,
                    "The project has " + MAX_KEYS + " API keys already: revoke one");
              }
              return key(row, 2);
            });
  }

  /** A page of a project's keys, or of all, newest first. */
  Future<KeyPage> list(PageRequest page) {
    return queries
        .run(Sql.LIST_KEYS, Tuple.of(page.projectId(), at(page.before()), page.limit() + 1L))
        .compose(
            rows -> {
              List<ApiKey> keys = new ArrayList<>(rows.size());
              for (Row row : rows) {
                keys.add(key(row, 0));
              }
              return Page.cut(
                  keys,
                  page.limit(),
                  ApiKey::createdAt,
                  end ->
                      list(new PageRequest(page.projectId(), 1, end))
                          .map(rest -> !rest.keys().isEmpty()));
            })
        .map(cut -> new KeyPage(cut.rows(), cut.hasMore()));
  }

  /** Revokes a key; harmless when it is. */
  Future<ApiKey> revoke(Revocation revocation) {
    return queries
        .run(
            Sql.REVOKE_KEY,
            Tuple.of(
                revocation.id(),
                revocation.projectId(),
                revocation.origin().actor(),
                revocation.origin().address(),
                revocation.origin().requestId()))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw Rejection.of(
                    Reason.NOT_FOUND, "There is no API key '" + revocation.id() + "'");
              }
              return key(rows.iterator().next(), 0);
            });
  }

  /** What callback links may be signed with; makes the first one. */
  Future<CallbackSecrets> callbackSecrets(String firstSecret) {
    return queries
        .run(Sql.CALLBACK_SECRETS, Tuple.tuple())
        .compose(
            rows ->
                rows.size() > 0
                    ? Future.succeededFuture(rows)
                    : queries
                        .run(Sql.FIRST_CALLBACK_SECRET, Tuple.of(bytes(firstSecret)))
                        .compose(made -> queries.run(Sql.CALLBACK_SECRETS, Tuple.tuple())))
        .map(Keys::secrets);
  }

  private static CallbackSecrets secrets(RowSet<Row> rows) {
    List<CallbackSecret> secrets = new ArrayList<>(rows.size());
    for (Row row : rows) {
      secrets.add(
          new CallbackSecret(
              row.getInteger(0), HexFormat.of().formatHex(row.getBuffer(1).getBytes())));
    }
    return new CallbackSecrets(secrets);
  }

  /** Signs with a new secret from now on. */
  Future<Void> rotate(Rotation rotation) {
    return queries
        .run(
            Sql.ROTATE_CALLBACK_SECRET,
            Tuple.of(bytes(rotation.secret()), (long) rotation.overlapSecs()))
        .mapEmpty();
  }

  private static Buffer bytes(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    if (bytes.length != SECRET_BYTES) {
      throw new IllegalArgumentException("A callback secret must have 32 bytes");
    }
    return Buffer.buffer(bytes);
  }

  private static OffsetDateTime at(Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(Row row, int at) {
    OffsetDateTime time = row.getOffsetDateTime(at);
    return time == null ? null : time.toInstant();
  }
}
