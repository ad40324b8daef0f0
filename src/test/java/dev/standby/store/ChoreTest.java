package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is done in pieces. */
@Timeout(30)
class ChoreTest {
  @Test
  void shouldDoAHundredThousandPieces() throws Exception {
    Vertx vertx = Vertx.vertx();
    AtomicInteger pieces = new AtomicInteger();
    Context context = vertx.getOrCreateContext();

    context
        .<Future<Void>>executeBlocking(
            () ->
                Chore.inPieces(
                    10,
                    () -> {
                      Promise<Integer> piece = Promise.promise();
                      int size = pieces.incrementAndGet() < 100_000 ? 10 : 9;
                      context.runOnContext(ready -> piece.complete(size));
                      return piece.future();
                    }))
        .compose(all -> all)
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);

    vertx.close();
    assertThat(pieces).hasValue(100_000);
  }
}
