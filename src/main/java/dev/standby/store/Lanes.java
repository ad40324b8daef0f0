package dev.standby.store;

import dev.standby.config.DatabaseConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The lanes of a store, each with a connection of its own. */
final class Lanes {
  private final Vertx vertx;
  private final Servers servers;
  private final boolean prepares;
  private final DatabaseConfig config;
  private final StoreMeters meters;
  private final List<Connection> connections = new ArrayList<>();

  /**
   * Lanes to those servers.
   *
   * @param prepares whether plans are kept on their connections
   * @param meters of what they carry
   */
  Lanes(Vertx vertx, Servers servers, boolean prepares, DatabaseConfig config, StoreMeters meters) {
    this.vertx = vertx;
    this.servers = servers;
    this.prepares = prepares;
    this.config = config;
    this.meters = meters;
  }

  /** A new lane; {@code project} says whose request a command is, or null. */
  <C, O> Lane<C, O> open(String name, Lane.Statement<C, O> statement, Function<C, String> project) {
    return open(name, statement, project, false);
  }

  /**
   * As {@link #open(String, Lane.Statement, Function)}, for a single statement: PostgreSQL gets the
   * next batch while it is at one. Not through a pooler, which would keep it back.
   */
  <C, O> Lane<C, O> openAhead(
      String name, Lane.Statement<C, O> statement, Function<C, String> project) {
    return open(name, statement, project, prepares);
  }

  private <C, O> Lane<C, O> open(
      String name, Lane.Statement<C, O> statement, Function<C, String> project, boolean ahead) {
    Connection connection = new Connection(servers, prepares);
    connections.add(connection);
    return new Lane<>(
        name,
        vertx,
        connection,
        statement,
        project,
        config.maxQueued(),
        config.maxBatch(),
        ahead,
        config.retryMillis(),
        meters);
  }

  /** Closes all connections. */
  Future<?> close() {
    return Future.join(connections.stream().map(Connection::close).toList());
  }
}
