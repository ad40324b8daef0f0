package dev.standby.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.support.Await;
import dev.standby.support.Ledger;
import dev.standby.support.Member;
import dev.standby.support.OneNode;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Command;
import dev.standby.trigger.Filter;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.ReadFeed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node's feed tells whoever has asked before, and was not answered in time. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FeedsTest {
  @RegisterExtension static final OneNode one = new OneNode();

  private static final int IN_TIME = 20_000;

  private final String project = "project-" + UUID.randomUUID();
  private Vertx vertx;

  /** Where the reader is. */
  private String position;

  @BeforeEach
  void open() {
    vertx = one.node().vertx();
    Command.ListPage filter = new Command.ListPage(project, Filter.ALL, ReadFeed.LIMIT, null);
    position =
        Member.get(
                ask(Addresses.FEED_OPEN, new FeedRequest("feed/" + project, filter, null), IN_TIME))
            .next();
  }

  @Test
  void shouldTellAPageAgainThatWasReadForAnAskerWhoHadGivenUp() throws SQLException {
    try (Connection blocked = blockReading()) {
      register("read-for-nobody");
      Future<Outcome.FeedPage> late = next(100);
      awaitReading(true);
      assertThatThrownBy(() -> Member.get(late)).isInstanceOf(ReplyException.class);
      blocked.rollback();
    }
    awaitReading(false);

    assertThat(keys(next(IN_TIME))).containsExactly("read-for-nobody");
    assertThat(keys(next(IN_TIME))).containsExactly("read-for-nobody");
  }

  @Test
  void shouldTellTheSameToWhoAsksAgainWhileItIsBeingRead() throws SQLException {
    Future<Outcome.FeedPage> first;
    Future<Outcome.FeedPage> again;
    try (Connection blocked = blockReading()) {
      register("read-once");
      first = next(IN_TIME);
      awaitReading(true);
      again = next(IN_TIME);
      blocked.rollback();
    }

    assertThat(keys(first)).containsExactly("read-once");
    assertThat(keys(again)).containsExactly("read-once");
    position = first.result().next();
    register("read-then");
    assertThat(keys(next(IN_TIME))).containsExactly("read-then");
  }

  /** Has what reads the log wait, and nothing that writes it, until that is rolled back. */
  private static Connection blockReading() throws SQLException {
    Connection connection = TestPostgres.connect(one.database());
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE event_feed_clock IN ACCESS EXCLUSIVE MODE");
    }
    return connection;
  }

  private static void awaitReading(boolean reading) {
    Await.until(
        "the log is being read: " + reading,
        Duration.ofSeconds(20),
        () ->
            reading
                != new Ledger(one.database())
                    .query(
                        "SELECT pid::text FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND state = 'active' AND pid <> pg_backend_pid()"
                            + " AND query LIKE '-- A piece of a project%'")
                    .isEmpty());
  }

  private static List<String> keys(Future<Outcome.FeedPage> page) {
    return Member.get(page).changes().stream().map(c -> c.trigger().eventKey()).toList();
  }

  private void register(String key) {
    one.api().post("/v1/events?project_id=" + project, "{\"event_key\":\"" + key + "\"}");
  }

  private Future<Outcome.FeedPage> next(int millis) {
    return ask(Addresses.FEED_NEXT, new FeedNext("feed/" + project, position), millis);
  }

  private Future<Outcome.FeedPage> ask(String address, Object message, int millis) {
    return vertx
        .eventBus()
        .<Local>request(
            address,
            new Local(message),
            new DeliveryOptions().setLocalOnly(true).setSendTimeout(millis))
        .map(reply -> (Outcome.FeedPage) reply.body().body());
  }
}
