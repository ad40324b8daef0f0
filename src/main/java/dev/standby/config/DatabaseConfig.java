package dev.standby.config;

import java.nio.file.Path;

/**
 * Of the database and the store in front of it.
 *
 * @param postgres how it is reached
 * @param dataDir where the embedded PostgreSQL keeps its data
 * @param poolSize connections for lists, statistics, prefix sends and purges; thirteen for batches,
 *     deadlines, feeds, webhooks, catching up and notifications come on top, and as they are needed
 *     two for waits that send on and eight for requests with an idempotency key
 * @param maxQueued how many requests of one kind may wait for the database, with payloads of an
 *     eighth of the heap at most; past it they get 503; of registrations, sends, cancels and reads
 *     by key, one project's may be half
 * @param maxBatch how many requests one statement carries
 * @param retryMillis how long a request waits for a database that is away before it gets 503
 * @param prefixLimit the most triggers that one prefix send may resolve
 * @param maxWaitingPerProject how many waits a project may have; past it registrations get 429
 * @param maxHeldPerProject how many events may be held for a project; past it sends that hold get
 *     429
 * @param maxIdempotencyKeysPerProject how many idempotency keys are kept for a project; past it
 *     requests with another get 429
 */
public record DatabaseConfig(
    PostgresConfig postgres,
    Path dataDir,
    int poolSize,
    int maxQueued,
    int maxBatch,
    int retryMillis,
    int prefixLimit,
    int maxWaitingPerProject,
    int maxHeldPerProject,
    int maxIdempotencyKeysPerProject) {
  /** Checks every setting. */
  public DatabaseConfig {
    Checks.notBlank("data.dir", dataDir.toString());
    Checks.range("database.pool_size", poolSize, 1, 100);
    Checks.range("database.max_queued", maxQueued, 1, 1_000_000);
    Checks.range("database.max_batch", maxBatch, 1, 10_000);
    Checks.range("database.retry_millis", retryMillis, 0, 60_000);
    Checks.range("database.prefix_limit", prefixLimit, 1, 1_000_000);
    Checks.range("database.max_waiting_per_project", maxWaitingPerProject, 1, Integer.MAX_VALUE);
    Checks.range("database.max_held_per_project", maxHeldPerProject, 1, 10_000_000);
    Checks.range(
        "database.max_idempotency_keys_per_project", maxIdempotencyKeysPerProject, 1, 100_000_000);
  }

  /** Whether the node brings its own PostgreSQL. */
  public boolean embedded() {
    return postgres.url().isEmpty();
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return "DatabaseConfig[" + (embedded() ? "embedded in " + dataDir : "external") + "]";
  }
}
