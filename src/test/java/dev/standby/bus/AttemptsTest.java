package dev.standby.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Member;
import dev.standby.trigger.Command;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are repeated until they are answered. */
@Timeout(60)
class AttemptsTest {
  /** As many as there are in half an hour. */
  private static final int MANY = 10_000;

  @Test
  void shouldAskForAsLongAsTheFirstRequestIsBeingCarriedOut() {
    Vertx vertx = Vertx.vertx();
    AtomicInteger asked = new AtomicInteger();
    Bus bus = Bus.clustered(vertx);
    Outcome.Purged outcome = new Outcome.Purged(7, false);
    Member.get(bus.serve(Operation.PURGE, command -> Future.succeededFuture(outcome)));
    Member.get(
        bus.serveOnce(
            once ->
                asked.incrementAndGet() < MANY
                    ? Future.failedFuture(Once.inFlight())
                    : Future.succeededFuture(new Once.Done<>(outcome, null, true))));

    Command.Purge command = new Command.Purge("shop", 30, false, Origin.BUS);
    Future<Outcome.Purged> answer = new Attempts(vertx, 1).request(Operation.PURGE, command, "key");

    assertThat(Member.get(answer)).isEqualTo(outcome);
    assertThat(asked).hasValue(MANY);
    Member.get(vertx.close());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "in other words\",\"in_flight\":true",
        // Nodes of earlier versions say no more.
        "The first request with this idempotency key is still being carried out: repeat it later\""
      })
  void shouldKnowFromEveryVersionThatTheFirstRequestIsBeingCarriedOut(String detail) {
    String problem = "{\"status\":409,\"code\":\"conflict\",\"detail\":\"" + detail + "}";

    assertThat(Once.isInFlight(ProblemJson.decode(problem))).isTrue();
    assertThat(ProblemJson.encode(Once.inFlight(), null))
        .contains("still being carried out", "\"in_flight\":true");
  }
}
