package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.TestPostgres;
import dev.standby.support.Wire;
import dev.standby.trigger.Rejection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lane outlives whatever a statement does to it. */
@Timeout(30)
class LaneTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final String DATABASE = TestPostgres.newDatabase();

  @AfterAll
  static void stop() {
    Member.get(VERTX.close());
  }

  @Test
  void shouldAnswerABatchAndTakeTheNextWhenItsStatementThrows() {
    Submit lane =
        lane(
            (sql, batch) -> {
              if (batch.get(0).command().equals("bad")) {
                throw new IllegalStateException("a defect");
              }
              return Future.succeededFuture(answering(batch));
            });

    assertThatThrownBy(() -> Member.get(lane.submit("bad"))).isInstanceOf(Rejection.class);
    assertThat(Member.get(lane.submit("good"))).isEqualTo("good");
  }

  @Test
  void shouldAnswerABatchAndTakeTheNextWhenItsAnswersThrow() {
    Submit lane =
        lane(
            (sql, batch) ->
                Future.succeededFuture(
                    batch.get(0).command().equals("bad")
                        ? () -> {
                          throw new IllegalStateException("a defect");
                        }
                        : answering(batch)));

    assertThatThrownBy(() -> Member.get(lane.submit("bad"))).isInstanceOf(Rejection.class);
    assertThat(Member.get(lane.submit("good"))).isEqualTo("good");
  }

  @Test
  void shouldSendTheNextBatchBeforeTheLastIsAnswered() {
    Promise<Void> second = Promise.promise();
    Submit lane =
        lane(
            (sql, batch) -> {
              if (batch.get(0).command().equals("second")) {
                second.complete();
              }
              return Future.succeededFuture(
                  batch.get(0).command().equals("first")
                      // Answered only once the other has been sent.
                      ? () -> second.future().compose(sent -> answering(batch).give())
                      : answering(batch));
            });

    Future<String> first = lane.submit("first");
    Member.get(lane.submit("second"));

    assertThat(Member.get(first)).isEqualTo("first");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldSendABatchAheadOnlyIfItMayAndOnlyIfItIsWorthIt(boolean ahead) {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    Promise<Void> done = Promise.promise();
    Submit lane =
        lane(
            DATABASE,
            ahead,
            (sql, batch) -> {
              sizes.add(batch.size());
              return done.future().map(answering(batch));
            });
    List<Future<String>> answers = new ArrayList<>();
    answers.add(lane.submit("first"));
    Await.until("it is on its way", Duration.ofSeconds(5), () -> sizes.equals(List.of(1)));

    for (int i = 1; i < Lane.WORTH_SENDING_AHEAD; i++) {
      answers.add(lane.submit("few"));
    }
    lane.settle();
    assertThat(sizes).containsExactly(1);

    answers.add(lane.submit("and one more"));
    if (ahead) {
      Await.until("the second is as well", Duration.ofSeconds(5), () -> sizes.size() == 2);
    }

    // Two are on their way: no third, however many wait.
    for (int i = 0; i < 2 * Lane.WORTH_SENDING_AHEAD; i++) {
      answers.add(lane.submit("many"));
    }
    lane.settle();
    assertThat(sizes).hasSize(ahead ? 2 : 1);

    done.complete();
    answers.forEach(Member::get);
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(answers.size());
  }

  @Test
  void shouldRefuseWhatHasWaitedLongEnoughWhileItsServerSaysNothing() {
    try (Wire wire = Wire.silent(DATABASE)) {
      Submit lane =
          lane(wire.url(), false, (sql, batch) -> Future.succeededFuture(answering(batch)));
      long began = System.nanoTime();

      assertThatThrownBy(() -> Member.get(lane.submit("early")))
          .isInstanceOf(Rejection.class)
          .hasMessageContaining("nothing has been done");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void shouldKnowThatNothingHasBeenDoneWhenItsServerTakesNoWrites() {
    Submit lane =
        lane(
            (sql, batch) ->
                Future.failedFuture(new PgException("read only", "ERROR", "25006", "")));

    assertThatThrownBy(() -> Member.get(lane.submit("any")))
        .hasMessageContaining("nothing has been done");
  }

  @ParameterizedTest
  @ValueSource(strings = {"throws", "leaves its transaction open"})
  void shouldGoOnWithTransactionsWhenOneOfThem(String fault) {
    Submit lane =
        lane(
            (sql, batch) ->
                batch.get(0).command().equals("leaves its transaction open")
                    ? sql.begin().compose(begun -> Future.failedFuture("a defect"))
                    : Slots.transactionally(
                        sql,
                        () -> {
                          if (batch.get(0).command().equals("throws")) {
                            throw new IllegalStateException("a defect");
                          }
                          return sql.query("SELECT 1").execute().map(answering(batch));
                        }));

    assertThatThrownBy(() -> Member.get(lane.submit(fault))).isInstanceOf(Rejection.class);
    Await.until("it goes on", Duration.ofSeconds(5), () -> succeeds(lane.submit("good")));
  }

  private static boolean succeeds(Future<String> answer) {
    return Member.get(answer.map(given -> true).otherwise(false));
  }

  /** A lane, from without its context. */
  private record Submit(StoreContext context, Lane<String, String> lane) {
    Future<String> submit(String command) {
      return context.here(() -> lane.submit(command));
    }

    /** Returns when the lane has looked at all that was submitted. */
    void settle() {
      Member.get(context.here(Future::succeededFuture));
    }
  }

  private static Submit lane(Lane.Statement<String, String> statement) {
    return lane(DATABASE, false, statement);
  }

  private static Submit lane(String url, boolean ahead, Lane.Statement<String, String> statement) {
    Lane<String, String> lane =
        new Lane<>(
            "test",
            VERTX,
            new Connection(new Servers(VERTX, OwnPostgres.reached(url)), true),
            statement,
            command -> "project",
            1000,
            100,
            ahead,
            1000,
            new StoreMeters(new SimpleMeterRegistry()));
    return new Submit(new StoreContext(VERTX), lane);
  }

  private static Lane.Answers answering(List<Entry<String, String>> batch) {
    return () -> {
      batch.forEach(entry -> entry.answer(entry.command()));
      return Future.succeededFuture();
    };
  }
}
