package dev.standby.store;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.bus.Bus;
import dev.standby.bus.Operation;
import dev.standby.contract.SseReader;
import dev.standby.contract.SseReader.Frame;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Ledger;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Command;
import dev.standby.trigger.Filter;
import dev.standby.trigger.ReadFeed;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log behind the feeds: transactions that commit out of sequence, and what is deleted. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FeedLogTest {
  private static final Map<String, String> SETTINGS =
      Map.of("STANDBY_STREAM_CATCH_UP_MILLIS", "200", "STANDBY_FEED_RETENTION_HOURS", "1");

  private String database;
  private Standby node;
  private Api api;
  private StoreStatements slow;

  @BeforeEach
  void start() {
    database = TestPostgres.newDatabase();
    node = Nodes.start(database, SETTINGS);
    api = new Api(node.url());
    slow = new StoreStatements(database);
  }

  @AfterEach
  void stop() {
    slow.close();
    node.close();
  }

  @Test
  void shouldTellWhatIsCommittedLateAndHoldNothingUpForIt() {
    api.register("early/0");
    try (SseReader feed = resume(null)) {
      final String start = feed.awaitOtherId(null);
      slow.begin();
      slow.register("default", "slow/", 0, 3, 3600);
      slow.send("default", "early/", 0, 1, "7");

      List<Frame> told = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        api.register("quick/" + i);
        told.add(feed.next());
        api.delete("/v1/events/quick%2F" + i);
        told.add(feed.next());
      }
      assertThat(keys(told)).hasSize(40).allMatch(key -> key.startsWith("quick/"));
      slow.commit();
      List<Frame> late = read(feed, 4);
      api.register("last");
      late.add(feed.next());

      assertThat(keys(late)).containsExactly("slow/0", "slow/1", "slow/2", "early/0", "last");
      assertThat(read(start, 45))
          .extracting(Frame::data)
          .containsAll(joined(told, late).stream().map(Frame::data).toList());
      for (int seen : List.of(0, 1, 20, 39)) {
        List<Frame> rest = read(told.get(seen).id(), 44 - seen);
        assertThat(keys(rest))
            .as("after frame " + seen)
            .containsExactlyInAnyOrderElementsOf(keys(joined(told.subList(seen + 1, 40), late)));
      }
    }
  }

  @Test
  void shouldLoseNothingOfWhatIsCommittedLateToAReaderWhoIsFarBehind() {
    String start = position();
    slow.begin();
    slow.register("default", "slow/", 0, 300, 3600);
    for (int i = 0; i < 20; i++) {
      batch("register", "quick/" + i + "/");
      batch("send", "quick/" + i + "/");
    }
    List<Frame> told = read(start, 3000);
    slow.commit();
    told.addAll(read(told.get(2999).id(), 1300));

    assertThat(keys(told).stream().filter(key -> key.startsWith("slow/"))).hasSize(300);
    assertThat(told).extracting(Frame::data).doesNotHaveDuplicates();
    for (int i = 0; i < 20; i++) {
      String key = "quick/" + i + "/77";
      assertThat(told.stream().filter(frame -> key(frame).equals(key)))
          .extracting(Frame::status)
          .containsExactly("waiting", "received");
    }
  }

  @Test
  void shouldTellTheChangesOfAKeyInOrderWhenOneWaitsForTheOther() {
    api.register("key/0");
    String start = position();
    slow.begin();
    slow.send("default", "key/", 0, 1, "1");
    CompletableFuture<Api.Answer> again = api.postAsync("/v1/events", "{\"event_key\":\"key/0\"}");
    Await.until(
        "the registration waits",
        Duration.ofSeconds(10),
        () ->
            !new Ledger(database)
                .query("SELECT pid::text FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                .isEmpty());
    slow.commit();

    assertThat(again.join().status()).isEqualTo(201);
    assertThat(read(start, 2)).extracting(Frame::status).containsExactly("received", "waiting");
  }

  @Test
  void shouldNotMakeOnePieceOfTheWholeLogThoughTheIdSaysSo() throws SQLException {
    String start = position();
    fillLog(6000);
    api.register("last");
    String end = position();
    String madeUp = start + end.substring(end.indexOf('.')) + ".0.0";

    Command.ListPage all = new Command.ListPage("default", Filter.ALL, ReadFeed.LIMIT, null);
    String next =
        Member.get(Bus.local(node.vertx()).request(Operation.FEED, new ReadFeed(all, madeUp)))
            .next();

    assertThat(next).doesNotContain(end.substring(end.indexOf('.')));
    assertThat(keys(read(madeUp, 1))).containsExactly("last");
  }

  /** So many transactions, whose changes have been purged. */
  private void fillLog(int count) throws SQLException {
    try (Connection connection = TestPostgres.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = off");
      statement.execute(
          "DO $$ BEGIN FOR i IN 1.."
              + count
              + " LOOP INSERT INTO event_feed (project_id, status, requested_at, ids)"
              + " VALUES ('default', 'waiting', ARRAY[now()], ARRAY[gen_random_uuid()]); COMMIT;"
              + " END LOOP; END $$");
    }
  }

  @Test
  void shouldDeleteWhatIsOldAndSaySoToWhoeverComesBackToIt() {
    String old = position();
    api.register("old");
    TestPostgres.execute(database, "UPDATE event_feed_clock SET at = at - interval '3 hours'");
    TestPostgres.execute(
        database, "INSERT INTO event_feed_clock (at) VALUES (now() - interval '2 hours')");
    String recent = position();
    api.register("recent");

    try (Standby another = Nodes.start(database, SETTINGS)) {
      Await.until(
          "what is old is gone", Duration.ofSeconds(10), () -> logged().equals(List.of("1")));
      assertThat(another.url()).isNotEqualTo(node.url());
    }

    try (SseReader feed = resume(old)) {
      assertThat(feed.next().event()).isEqualTo("reset");
    }
    assertThat(keys(read(recent, 1))).containsExactly("recent");
  }

  @Test
  void shouldBeginAnewInAnotherPostgres() {
    String elsewhere = position();
    api.register("elsewhere");
    TestPostgres.execute(database, "UPDATE event_feed_origin SET system_identifier = 1");

    try (Standby restored = Nodes.start(database, SETTINGS);
        SseReader feed = open(new Api(restored.url()), elsewhere)) {
      assertThat(feed.next().event()).isEqualTo("reset");
      new Api(restored.url()).register("here");
      assertThat(keys(read(feed, 1))).containsExactly("here");
      assertThat(logged()).containsExactly("1");
    }
  }

  @Test
  void shouldKeepThePlacesOfReadersShortWhenVeryManyTransactionsAreOpen() {
    assertThat(
            new Ledger(database)
                .query(
                    "SELECT event_feed_short(('10:1000:' || string_agg(n::text, ','))::pg_snapshot)"
                        + " FROM generate_series(10, 210) n UNION ALL"
                        + " SELECT event_feed_short('10:20:10,12'::pg_snapshot)"))
        .containsExactly("10:10:", "10:20:10,12");
  }

  private void batch(String what, String prefix) {
    String items =
        IntStream.range(0, 100)
            .mapToObj(i -> "{\"event_key\":\"" + prefix + i + "\"}")
            .collect(joining(","));
    api.post("/v1/batch/" + what, "{\"items\":[" + items + "]}");
  }

  private List<String> logged() {
    return new Ledger(database).query("SELECT count(*)::text FROM event_feed");
  }

  private SseReader resume(String after) {
    return open(api, after);
  }

  private static SseReader open(Api api, String after) {
    var request = api.request("/v1/events?project_id=default");
    return SseReader.open(after == null ? request : request.header("Last-Event-ID", after));
  }

  private String position() {
    try (SseReader feed = resume(null)) {
      return feed.awaitOtherId(null);
    }
  }

  private List<Frame> read(String after, int count) {
    try (SseReader feed = resume(after)) {
      return read(feed, count);
    }
  }

  private static List<Frame> read(SseReader feed, int count) {
    List<Frame> frames = new ArrayList<>();
    while (frames.size() < count) {
      frames.add(feed.next());
    }
    return frames;
  }

  private static List<Frame> joined(List<Frame> one, List<Frame> two) {
    return Stream.concat(one.stream(), two.stream()).toList();
  }

  private static List<String> keys(List<Frame> frames) {
    return frames.stream().map(FeedLogTest::key).toList();
  }

  private static String key(Frame frame) {
    return frame.json().get("event_key").asText();
  }
}
