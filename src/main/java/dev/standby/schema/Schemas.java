package dev.standby.schema;

import dev.standby.trigger.Fault;
import dev.standby.trigger.Rejection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Supplier;

/**
 * Judges schemas and payloads for those on an event loop, on two threads of its own. What costs
 * more than nearly all do is begun again on the second, so that the many which are quick never wait
 * long for the few that are made to be slow.
 */
public final class Schemas implements AutoCloseable {
  private static final int MAX_QUICK = 1_024;
  private static final int MAX_SLOW = 16;

  private final Vertx vertx;
  private final SchemaCache cache = new SchemaCache();
  private final Worker quick = new Worker("standby-schema-quick", MAX_QUICK);
  private final Worker slow = new Worker("standby-schema-slow", MAX_SLOW);

  /** Its threads start with the first work. */
  public Schemas(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Succeeds if that schema can be used.
   *
   * @return fails with a {@link Rejection} saying why it can't, or that there is too much to do
   */
  public Future<Void> check(String schemaJson) {
    return judge(
            schemaJson.length(),
            () -> quickly(schemaJson, new Budget(Budget.SMALL)),
            () -> slowly(schemaJson))
        .mapEmpty();
  }

  /**
   * What is wrong with a payload, as {@link PayloadSchema#faults(String)} says it.
   *
   * @param payloadJson null if none was sent
   * @return fails with a {@link Rejection} if that can't be told, or if there is too much to do
   */
  public Future<List<Fault>> faults(String schemaJson, String payloadJson) {
    return judge(
        schemaJson.length() + (payloadJson == null ? 0 : payloadJson.length()),
        () -> {
          Budget budget = new Budget(Budget.SMALL);
          return quickly(schemaJson, budget).faults(payloadJson, budget);
        },
        () -> slowly(schemaJson).faults(payloadJson));
  }

  private PayloadSchema quickly(String schemaJson, Budget budget) {
    return cache.get(schemaJson, text -> PayloadSchema.of(text, budget));
  }

  private PayloadSchema slowly(String schemaJson) {
    return cache.get(schemaJson, PayloadSchema::of);
  }

  private <T> Future<T> judge(int chars, Supplier<T> quickly, Supplier<T> slowly) {
    Context context = vertx.getOrCreateContext();
    return attempt(context, quick, chars, quickly)
        .recover(
            e ->
                e instanceof Budget.Overrun
                    ? attempt(context, slow, chars, slowly)
                    : Future.failedFuture(e));
  }

  private static <T> Future<T> attempt(
      Context context, Worker worker, int chars, Supplier<T> work) {
    Promise<T> result = Promise.promise();
    try {
      worker.execute(
          chars,
          () -> {
            Promise<T> outcome = Promise.promise();
            try {
              outcome.complete(work.get());
            } catch (RuntimeException | Error e) {
              outcome.fail(e);
            }
            context.runOnContext(back -> outcome.future().onComplete(result));
          });
    } catch (Rejection e) {
      result.fail(e);
    }
    return result.future();
  }

  /** Takes no more work, and does what it has. */
  @Override
  public void close() {
    quick.close();
    slow.close();
  }
}
