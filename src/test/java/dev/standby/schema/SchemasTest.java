package dev.standby.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.trigger.Fault;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Schemas and payloads judged for event loops: quick ones don't wait for slow ones. */
class SchemasTest {
  private static final String SLOW = HostileSchemaTest.doubling("allOf");
  private static final String QUICK = "{\"type\":\"integer\"}";
  private static final String FITS_SLOWLY = "\"a\"";

  private final Vertx vertx = Vertx.vertx();
  private final Schemas schemas = new Schemas(vertx);

  @AfterEach
  void stop() throws Exception {
    schemas.close();
    result(vertx.close());
  }

  @Test
  void payloadsShouldBeJudged() throws Exception {
    assertThat(result(schemas.faults(QUICK, "1"))).isEmpty();
    assertThat(result(schemas.faults(QUICK, "true")))
        .containsExactly(new Fault("", "must be of the type integer"));
    assertThat(result(schemas.faults(QUICK, null))).hasSize(1);
  }

  @Test
  void schemasShouldBeChecked() throws Exception {
    result(schemas.check(QUICK));
    assertThat(failure(schemas.check("{\"type\":1}")).reason()).isEqualTo(Reason.BAD_REQUEST);
  }

  @Test
  void aLargePayloadShouldBeJudgedAfterASecondAttempt() throws Exception {
    assertThat(result(schemas.faults(QUICK, "\"" + "a".repeat(900_000) + "\""))).hasSize(1);
  }

  @Test
  void quickOnesShouldNotWaitForSlowOnes() throws Exception {
    List<Future<List<Fault>>> slow =
        IntStream.range(0, 12).mapToObj(i -> schemas.faults(SLOW, FITS_SLOWLY)).toList();
    assertThat(result(schemas.faults(QUICK, "1"))).isEmpty();
    assertThat(slow).as("the last slow one").last().matches(last -> !last.isComplete());
    for (Future<List<Fault>> each : slow) {
      assertThat(failure(each).reason()).isEqualTo(Reason.VALIDATION_FAILED);
    }
  }

  @Test
  void tooManySlowOnesShouldBeRefusedAndThenThereIsRoomAgain() throws Exception {
    List<Future<List<Fault>>> slow =
        IntStream.range(0, 30).mapToObj(i -> schemas.faults(SLOW, FITS_SLOWLY)).toList();
    int refused = 0;
    for (Future<List<Fault>> each : slow) {
      refused += failure(each).reason() == Reason.UNAVAILABLE ? 1 : 0;
    }
    assertThat(refused).isPositive().isLessThan(30);
    assertThat(failure(schemas.faults(SLOW, FITS_SLOWLY)).reason())
        .isEqualTo(Reason.VALIDATION_FAILED);
  }

  @Test
  void moreWorkThanMayWaitShouldBeRefused() throws Exception {
    Worker worker = new Worker("busy", 2);
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(3);
    worker.execute(
        1,
        () -> {
          busy.countDown();
          awaitQuietly(free);
          done.countDown();
        });
    busy.await();
    assertThatThrownBy(() -> worker.execute(Integer.MAX_VALUE, done::countDown))
        .as("too long")
        .isInstanceOfSatisfying(
            Rejection.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
    worker.execute(1, done::countDown);
    worker.execute(1, done::countDown);
    assertThatThrownBy(() -> worker.execute(1, done::countDown))
        .as("too many")
        .isInstanceOf(Rejection.class);
    free.countDown();
    assertThat(done.await(30, TimeUnit.SECONDS)).as("what was taken is done").isTrue();
    worker.close();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theCacheShouldBeBounded() {
    SchemaCache cache = new SchemaCache();
    for (int i = 0; i < 1_100; i++) {
      cache.get("{\"minimum\":" + i + "}", PayloadSchema::of);
    }
    assertThat(cache.size()).isEqualTo(1_000);
    String large = "{\"title\":\"" + "a".repeat(60_000) + "\",\"minimum\":";
    for (int i = 0; i < 100; i++) {
      cache.get(large + i + "}", PayloadSchema::of);
    }
    assertThat(cache.size()).isLessThan(100);
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static Rejection failure(Future<?> future) throws InterruptedException, TimeoutException {
    try {
      future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(Rejection.class);
      return (Rejection) e.getCause();
    }
    throw new AssertionError("It did not fail");
  }
}
