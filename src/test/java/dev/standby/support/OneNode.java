package dev.standby.support;

import dev.standby.Standby;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A node alone over a database of its own, for all tests of a class; after each of them its
 * counters must equal a full count.
 */
public final class OneNode implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private String database;
  private Standby node;

  @Override
  public void beforeAll(ExtensionContext context) {
    database = TestPostgres.newDatabase();
    node = Nodes.alone(database);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    new Ledger(database).assertBalanced();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    node.close();
  }

  /** The node. */
  public Standby node() {
    return node;
  }

  /** A client of it. */
  public Api api() {
    return new Api(node.url());
  }

  /** The URL of its database. */
  public String database() {
    return database;
  }
}
