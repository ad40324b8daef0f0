package dev.standby.store;

import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** The statement that ends waits. */
final class Endings {
  private final short shard;
  private final boolean audit;

  /**
   * The statement as a node sends it.
   *
   * @param shard of the counters, which nobody else on this node writes
   * @param audit whether it is written down who asked
   */
  Endings(short shard, boolean audit) {
    this.shard = shard;
    this.audit = audit;
  }

  /** Ends what the groups ask for; each row is the group's number from 1, and the trigger. */
  Future<RowSet<Row>> execute(SqlConnection sql, Batch<Ending, EventTrigger> batch, String commit) {
    return sql.preparedQuery(Sql.FINISH.text(audit))
        .execute(
            Tuple.from(
                List.of(
                    batch.projects(),
                    batch.keys(),
                    batch.column(ending -> ending.status().code()),
                    batch.column(Ending::payload),
                    shard,
                    commit,
                    ids(batch),
                    batch.column(ending -> ending.origin().actor()),
                    batch.column(audit, ending -> ending.origin().address()),
                    batch.column(audit, ending -> ending.origin().requestId()),
                    wholes(batch))));
  }

  /** Ends what is asked for, each of another key, and gives what has ended. */
  Future<List<EventTrigger>> run(SqlConnection sql, List<Ending> endings, String commit) {
    List<Entry<Ending, EventTrigger>> entries =
        endings.stream().map(ending -> new Entry<Ending, EventTrigger>(ending, 0)).toList();
    return execute(sql, batch(entries), commit)
        .map(
            rows -> {
              List<EventTrigger> ended = new ArrayList<>(rows.size());
              for (Row row : rows) {
                ended.add(Rows.trigger(row, 1));
              }
              return ended;
            });
  }

  static Batch<Ending, EventTrigger> batch(List<Entry<Ending, EventTrigger>> entries) {
    return Batch.of(entries, ending -> new Batch.Name(ending.projectId(), ending.eventKey()));
  }

  /** The only triggers that the groups may end; empty when all of them take what waits. */
  private static UUID[] ids(Batch<Ending, EventTrigger> batch) {
    UUID[] ids = batch.groups().stream().map(group -> group.command().id()).toArray(UUID[]::new);
    return Arrays.stream(ids).allMatch(Objects::isNull) ? new UUID[0] : ids;
  }

  /** Which groups see to what a wait asks for; empty when none does. */
  private static Boolean[] wholes(Batch<Ending, EventTrigger> batch) {
    return batch.groups().stream().anyMatch(group -> group.command().whole())
        ? batch.groups().stream().map(group -> group.command().whole()).toArray(Boolean[]::new)
        : new Boolean[0];
  }
}
