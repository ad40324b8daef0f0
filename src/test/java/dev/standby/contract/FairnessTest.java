package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.bus.EventTriggers;
import dev.standby.bus.Registration;
import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one project asks for in a flood does not keep the others waiting, or out. */
@Timeout(60)
class FairnessTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int BATCH = 50;
  private static final int QUEUE = 2000;

  private static Database database;
  private static Standby node;
  private static EventTriggers triggers;

  @BeforeAll
  static void start() {
    database = Database.create();
    node =
        Nodes.start(
            database.url(),
            Map.of(
                "STANDBY_DATABASE_MAX_QUEUED", "" + QUEUE,
                "STANDBY_DATABASE_MAX_BATCH", "" + BATCH));
    triggers = EventTriggers.create(node.vertx());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldSendForAProjectThoughAnotherHasSentMoreThanTheQueueTakes() throws SQLException {
    Member.get(triggers.register(Registration.of("calm").project("calm").timeoutSecs(600)));
    AtomicInteger answered = new AtomicInteger();
    List<Future<EventTrigger>> flood = new ArrayList<>();
    Future<Integer> calm;
    int refused;

    try (Connection connection = TestPostgres.connect(database.url());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE event_trigger IN ACCESS EXCLUSIVE MODE");
      for (int i = 0; i < 2 * QUEUE; i++) {
        flood.add(
            triggers.send("none/" + i, "flood", i).onComplete(end -> answered.incrementAndGet()));
      }
      // All but half a queue, and what is on its way.
      int most = 2 * QUEUE - QUEUE / 2 - BATCH;
      Await.until("the flood has filled its part", LIMIT, () -> answered.get() >= most);
      refused = answered.get();
      calm = triggers.send("calm", "calm", 1).map(sent -> answered.get());
      connection.rollback();
    }

    assertThat(Member.get(calm) - refused).as("of the flood, before it").isLessThan(QUEUE / 4);
    Await.until("all are answered", LIMIT, () -> answered.get() == flood.size());
    assertThat(flood)
        .filteredOn(sent -> sent.cause().getMessage().contains("Too many requests"))
        .hasSizeBetween(QUEUE, 2 * QUEUE - QUEUE / 2);
  }
}
