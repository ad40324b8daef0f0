package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.trigger.Rejection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What is done every so often, and in pieces. */
@Timeout(30)
class ChoreTest {
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @Test
  void shouldSayWhenItFailsUnlessTheNodeStops() {
    said.start();
    Logger log = (Logger) LoggerFactory.getLogger(Chore.class);
    log.addAppender(said);
    Vertx vertx = Vertx.vertx();
    try {
      Chore.every(
          vertx,
          0,
          60_000,
          "stop",
          () ->
              Future.failedFuture(
                  Rejection.unavailable(
                      "The node stops, and may have carried the request out: repeat it")));
      Chore.every(
          vertx,
          0,
          60_000,
          "do that",
          () -> Future.failedFuture(Rejection.unavailable("The database is away")));

      Await.until("it is said", Duration.ofSeconds(5), () -> !said.list.isEmpty());
      Member.get(vertx.timer(50));
    } finally {
      Member.get(vertx.close());
      log.detachAppender(said);
    }
    assertThat(said.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("cannot do that");
  }

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
