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
import java.util.List;
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

  @Test
  void shouldRefuseWhatHasWaitedLongEnoughWhileItsServerSaysNothing() {
    try (Wire wire = Wire.silent(DATABASE)) {
      Submit lane = lane(wire.url(), (sql, batch) -> Future.succeededFuture(answering(batch)));
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

  private interface Submit {
    Future<String> submit(String command);
  }

  private static Submit lane(Lane.Statement<String, String> statement) {
    return lane(DATABASE, statement);
  }

  private static Submit lane(String url, Lane.Statement<String, String> statement) {
    Lane<String, String> lane =
        new Lane<>(
            "test",
            VERTX,
            new Connection(new Servers(VERTX, OwnPostgres.reached(url)), true),
            statement,
            command -> "project",
            10,
            1,
            1000,
            new StoreMeters(new SimpleMeterRegistry()));
    io.vertx.core.Context context = VERTX.getOrCreateContext();
    return command -> {
      Promise<String> answer = Promise.promise();
      context.runOnContext(on -> lane.submit(command).onComplete(answer));
      return answer.future();
    };
  }

  private static Lane.Answers answering(List<Entry<String, String>> batch) {
    return () -> {
      batch.forEach(entry -> entry.answer(entry.command()));
      return Future.succeededFuture();
    };
  }
}
