package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.bus.Bus;
import dev.standby.support.Member;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Origin;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests to end waits that share a batch. */
@Timeout(30)
class FinishingTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final String DATABASE = TestPostgres.newDatabase();
  private static final Origin ORIGIN = Origin.BUS;

  @AfterAll
  static void stop() {
    Member.get(VERTX.close());
  }

  @Test
  void shouldRefuseWhoMeansAnotherTriggerThanTheOneThatItsBatchHasEnded() {
    Migrations.run(OwnPostgres.reached(DATABASE));
    try (StoreStatements statements = new StoreStatements(DATABASE)) {
      statements.register("p", "key/", 0, 1, 600);
    }
    Promise<EventTrigger> sent = Promise.promise();
    Promise<EventTrigger> meant = Promise.promise();
    VERTX.runOnContext(
        on -> {
          Finishing finishing = finishing();
          // While this is on its way, the others come together.
          Future<EventTrigger> first = finishing.finish(send("nobody waits for this"));
          finishing.finish(send("key/0")).onComplete(sent);
          finishing.finish(another("key/0")).onComplete(meant);
          first.onComplete(any -> {});
        });

    assertThat(Member.get(sent.future()).status()).isEqualTo(Status.RECEIVED);
    Throwable refused =
        Member.get(meant.future().map((Throwable) null).otherwise(failure -> failure));
    assertThat(refused)
        .isInstanceOfSatisfying(
            Rejection.class,
            rejection -> assertThat(rejection.reason()).isEqualTo(Reason.NOT_FOUND));
  }

  private static Finishing finishing() {
    return new Finishing(
        statement ->
            new Lane<>(
                "finish",
                VERTX,
                new Connection(new Servers(VERTX, OwnPostgres.reached(DATABASE)), true),
                statement,
                Ending::projectId,
                10,
                10,
                true,
                1000,
                new StoreMeters(new SimpleMeterRegistry())),
        new Endings((short) 1, false),
        null,
        new Announcer(VERTX, Bus.local(VERTX)));
  }

  private static Ending send(String key) {
    return Ending.of(new Command.Send(key, "p", "1", ORIGIN));
  }

  /** The same event for a trigger of the key that is not there any more. */
  private static Ending another(String key) {
    return new Ending(key, "p", Status.RECEIVED, "1", false, UUID.randomUUID(), false, ORIGIN);
  }
}
