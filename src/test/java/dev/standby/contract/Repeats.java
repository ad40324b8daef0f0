package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.contract.OpenApiDocument.Operation;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.TestPostgres;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Requests with idempotency keys to a node, in each of the ways in which they may come again. */
final class Repeats {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Api api;
  private final Database database;

  /** To the node over that database. */
  Repeats(Api api, Database database) {
    this.api = api;
    this.database = database;
  }

  /** A key that was not used. */
  static String newKey() {
    return UUID.randomUUID().toString();
  }

  /** Sends a request. */
  Api.Answer post(String key, String path, String body) {
    return postAsync(key, path, body).join();
  }

  /** Sends a request. */
  CompletableFuture<Api.Answer> postAsync(String key, String path, String body) {
    return api.sendAsync(request(key, path, body));
  }

  private HttpRequest request(String key, String path, String body) {
    return api.request(path)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  /** What a request gets that comes while the same is being carried out. */
  Api.Answer inFlight(String path, String body) {
    String key = newKey();
    try (Connection connection = TestPostgres.connect(database.url());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Nobody can record an answer as long as this is not over.
      statement.execute("LOCK TABLE idempotency IN SHARE MODE");
      CompletableFuture<Api.Answer> first = api.sendAsync(request(key, path, body));
      Await.until(
          "the first request is at its record",
          LIMIT,
          () ->
              database.count(
                      "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                          + " WHERE d.datname = current_database() AND NOT l.granted"
                          + " AND l.relation = 'idempotency'::regclass")
                  > 0);
      Api.Answer second = post(key, path, body);
      connection.rollback();
      first.join();
      return second;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a request gets whose key was used for another; {@code paths} gives paths to use. */
  Api.Answer other(Operation operation, Supplier<String> paths) {
    String key = newKey();
    String path = paths.get();
    post(key, path, OpenApiSamples.first(operation.id()));
    return operation.id().equals("createCallback") || operation.id().equals("retryDelivery")
        ? post(key, paths.get(), OpenApiSamples.first(operation.id()))
        : post(key, path, OpenApiSamples.another(operation.id()));
  }

  /** Fails unless {@code again} is {@code first}, and says that it is. */
  static void assertReplayed(Api.Answer again, Api.Answer first) {
    assertThat(again.status()).as(again.text()).isEqualTo(first.status());
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
  }
}
