package dev.standby.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Ledger;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens at the very moment of a deadline, over both nodes and by the database's clock. */
class DeadlineRaceTest {
  /** How long before and after a deadline the requests are spread, in milliseconds. */
  private static final int SPREAD = 100;

  /** How many deadlines are about the same time. */
  private static final int WAVE = 250;

  /** How long after one wave the next begins, whose deadlines are to come after that one's. */
  private static final int WAVE_MILLIS = 500;

  private final Arena arena = Arena.get();

  /** How far the database's clock is ahead of ours. */
  private Duration ahead;

  @BeforeEach
  void readTheClock() {
    Instant database =
        OffsetDateTime.parse(
                arena
                    .ledger
                    .query(
                        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.USZ')")
                    .get(0))
            .toInstant();
    ahead = Duration.between(Instant.now(), database);
  }

  @AfterEach
  void balance() {
    arena.ledger.assertBalanced();
  }

  @Test
  void shouldReceiveOnlyBeforeTheDeadlineWhenSendsComeAroundIt() {
    List<List<Reply>> answers =
        atTheDeadlineOf(
            "due/",
            Arena.KEYS,
            race ->
                List.of(
                    arena.swarm.send(race.number(), race.key(), "1"),
                    arena.swarm.send(race.number() + 1, race.key(), "2")));

    Map<String, Ledger.Row> rows = arena.rows("due/");
    for (int k = 0; k < answers.size(); k++) {
      Ledger.Row row = rows.get("due/" + k);
      for (int sender = 0; sender < 2; sender++) {
        Reply reply = answers.get(k).get(sender);
        boolean won = row.status().equals("received") && row.payload().equals("" + (sender + 1));
        assertThat(reply.status()).as("send %s to %s", sender, row).isEqualTo(won ? 200 : 409);
        assertThat(row.isShownBy(reply.trigger())).as("%s shows %s", reply, row).isTrue();
      }
    }
    assertThat(rows.values())
        .extracting(Ledger.Row::status)
        .contains("received", "timed_out")
        .doesNotContain("waiting");
  }

  @Test
  void shouldAnswerReadsAndCancelsByTheClockWhenTheyComeAroundTheDeadline() {
    List<List<Reply>> answers =
        atTheDeadlineOf(
            "read/",
            Arena.KEYS / 3,
            race ->
                List.of(
                    arena.swarm.get(race.number(), race.key()),
                    arena.swarm.get(race.number() + 1, race.key()),
                    arena.swarm.cancel(race.number(), race.key())));

    Map<String, Ledger.Row> rows = arena.rows("read/");
    for (int k = 0; k < answers.size(); k++) {
      Ledger.Row row = rows.get("read/" + k);
      assertThat(answers.get(k).get(0).status()).isEqualTo(200);
      assertThat(answers.get(k).get(1).status()).isEqualTo(200);
      Reply cancel = answers.get(k).get(2);
      assertThat(cancel.status()).isEqualTo(row.status().equals("canceled") ? 200 : 409);
      assertThat(row.isShownBy(cancel.trigger())).isTrue();
    }
    assertThat(rows.values()).extracting(Ledger.Row::status).contains("canceled", "timed_out");
  }

  @Test
  void shouldServeBothWhenReadsAndRegistrationsAnewComeAtTheDeadline() {
    List<List<Reply>> answers =
        atTheDeadlineOf(
            "anew/",
            Arena.KEYS / 3,
            race ->
                List.of(
                    arena.swarm.register(race.number(), race.key(), "\"timeout_secs\":600"),
                    arena.swarm.get(race.number() + 1, race.key()),
                    arena.swarm.register(race.number() + 1, race.key(), "\"timeout_secs\":600"),
                    arena.swarm.get(race.number(), race.key())));

    Map<String, List<Ledger.Row>> rows = arena.ledger.rows("anew/");
    for (int k = 0; k < answers.size(); k++) {
      List<Reply> replies = answers.get(k);
      List<Ledger.Row> both = rows.get("anew/" + k);
      assertThat(replies.get(1).status()).as("%s", replies.get(1)).isEqualTo(200);
      assertThat(replies.get(3).status()).as("%s", replies.get(3)).isEqualTo(200);
      List<Integer> registered = List.of(replies.get(0).status(), replies.get(2).status());
      if (both.size() == 1) {
        assertThat(registered).containsOnly(409);
      } else {
        assertThat(both).hasSize(2);
        // One made it; the other found it, or came before the deadline and was refused.
        assertThat(registered).as("%s", replies).containsOnlyOnce(201).isSubsetOf(201, 200, 409);
        assertThat(both.get(0).status()).isEqualTo("timed_out");
        assertThat(both.get(1).requestedAt()).isAfterOrEqualTo(both.get(0).expiresAt());
      }
    }
    assertThat(rows.values()).anyMatch(both -> both.size() == 2);
  }

  private record Race(int number, String key) {}

  /**
   * Registers waits of a second, and runs a race for each around its deadline. While a wave waits
   * for its deadlines the next is registered, but no third, so that none waits long in a queue.
   */
  private List<List<Reply>> atTheDeadlineOf(
      String prefix, int count, Function<Race, List<CompletableFuture<Reply>>> race) {
    List<CompletableFuture<List<List<Reply>>>> waves = new ArrayList<>();
    for (int first = 0; first < count; first += WAVE) {
      if (waves.size() > 1) {
        Swarm.all(List.of(waves.get(waves.size() - 2)));
      }
      int from = first;
      waves.add(wave(prefix, from, race));
      // A rest, as long as the deadlines of a wave are spread and more.
      arena.swarm.in(WAVE_MILLIS, () -> CompletableFuture.completedFuture(from)).join();
    }
    return waves.stream().flatMap(wave -> Swarm.all(List.of(wave)).get(0).stream()).toList();
  }

  private CompletableFuture<List<List<Reply>>> wave(
      String prefix, int first, Function<Race, List<CompletableFuture<Reply>>> race) {
    List<CompletableFuture<List<Reply>>> races = new ArrayList<>();
    for (int k = first; k < first + WAVE; k++) {
      Race one = new Race(k, prefix + k);
      races.add(
          arena
              .swarm
              .register(k, one.key(), "\"timeout_secs\":1")
              .thenCompose(
                  registered ->
                      arena.swarm.in(
                          untilDue(registered) + spread(one.number()),
                          () -> all(race.apply(one)))));
    }
    return all(races);
  }

  private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
  }

  /** Most come close to the deadline; some far enough before it to be in time on a busy machine. */
  private static long spread(int number) {
    return number % 10 == 0 ? -5L * SPREAD : number * 7919L % (2 * SPREAD) - SPREAD;
  }

  private long untilDue(Reply registered) {
    Instant expiresAt = Instant.parse(registered.json().path("expires_at").asText());
    return Duration.between(Instant.now().plus(ahead), expiresAt).toMillis();
  }
}
