package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.support.Member;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.SourceType;
import dev.standby.trigger.Status;
import dev.standby.trigger.Terms;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What commits have changed is told to all rooms and nodes. */
@Timeout(30)
class AnnouncerTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final int PIECES = 40;

  @AfterAll
  static void stop() {
    Member.get(VERTX.close());
  }

  @Test
  void shouldLetOthersHaveTheirTurnWhileItTellsOfMany() {
    List<EventTrigger> many = Collections.nCopies(PIECES * Announcer.PIECE, ended());
    Promise<Integer> told = Promise.promise();
    Promise<Integer> toldBefore = Promise.promise();
    Context home = VERTX.getOrCreateContext();
    int[] pieces = {0};
    home.runOnContext(
        on -> {
          Announcer announcer = new Announcer(VERTX, Bus.local(VERTX));
          VERTX
              .eventBus()
              .consumer(
                  Addresses.ENDED,
                  piece -> {
                    if (++pieces[0] == PIECES) {
                      told.complete(pieces[0]);
                    }
                  });
          // Whatever the loop has to do besides: it is due before the second piece.
          VERTX.setTimer(1, other -> toldBefore.complete(pieces[0]));
          announcer.ended("commit", many);
        });

    assertThat(Member.get(toldBefore.future())).isLessThan(PIECES / 2);
    assertThat(Member.get(told.future())).isEqualTo(PIECES);
  }

  private static EventTrigger ended() {
    Instant now = Instant.now();
    return new EventTrigger(
        UUID.randomUUID(),
        "k",
        "p",
        SourceType.JOB_RUN,
        null,
        null,
        null,
        Status.RECEIVED,
        null,
        null,
        60,
        now,
        now,
        now.plusSeconds(60),
        Terms.NONE,
        "bus",
        null);
  }
}
