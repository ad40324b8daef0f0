package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.Function;

/** What is done whole or not at all. */
interface Transactions {
  /** Does some work; what it has done is undone when it fails. */
  <T> Future<T> transaction(Function<SqlConnection, Future<T>> work);
}
