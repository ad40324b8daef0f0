package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A node falls silent in the middle of a transaction, its connection open: paused, or cut off
 * without a word.
 */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class SilentNodeTest {
  private static final String DATABASE = TestPostgres.newDatabase();
  private static final Vertx VERTX = Vertx.vertx();
  private static Standby node;

  @BeforeAll
  static void start() {
    node = Nodes.alone(DATABASE);
  }

  @AfterAll
  static void stop() {
    node.close();
    Member.get(VERTX.close());
  }

  @Test
  void shouldNotHoldUpTheRegistrationsOfOtherNodes() {
    PgConnection silent =
        Member.get(PgConnection.connect(VERTX, OwnPostgres.reached(DATABASE).forBatches().get(0)));
    Member.get(silent.begin());
    Member.get(
        silent
            .preparedQuery(Sql.MAKE_SLOTS.text())
            .execute(
                Tuple.tuple()
                    .addArrayOfString(new String[] {"default"})
                    .addArrayOfString(new String[] {"early"})));

    // It waits in the unique index for what becomes of the slot, and everybody else behind it.
    Api.Answer answer = new Api(node.url()).register("early");

    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }
}
