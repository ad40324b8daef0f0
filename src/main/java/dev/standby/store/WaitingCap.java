package dev.standby.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How many waits a project may have. The count is read about once a second, and not with every
 * registration: projects may go past the cap by what all nodes register in that time.
 */
final class WaitingCap {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_PROJECTS = 10_000;

  private final long cap;

  /** What is known of the projects that registered last. */
  private final Map<String, Count> counts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
          return size() > MAX_PROJECTS;
        }
      };

  /** No more than {@code cap} for each project. */
  WaitingCap(long cap) {
    this.cap = cap;
  }

  /** How many more each of the projects may have. */
  Future<Map<String, Long>> room(SqlConnection sql, Set<String> projects) {
    long now = System.nanoTime();
    String[] stale =
        projects.stream()
            .filter(project -> !counts.containsKey(project) || counts.get(project).stale(now))
            .toArray(String[]::new);
    return refresh(sql, stale, now).map(fresh -> room(projects));
  }

  private Future<Void> refresh(SqlConnection sql, String[] stale, long now) {
    if (stale.length == 0) {
      return Future.succeededFuture();
    }
    return sql.preparedQuery(Sql.COUNT_WAITING.text())
        .execute(Tuple.tuple().addArrayOfString(stale))
        .map(
            rows -> {
              Arrays.stream(stale).forEach(project -> counts.put(project, new Count(now)));
              for (Row row : rows) {
                counts.get(row.getString(0)).waiting = row.getLong(1);
              }
              return null;
            });
  }

  private Map<String, Long> room(Set<String> projects) {
    Map<String, Long> room = new HashMap<>();
    for (String project : projects) {
      Count count = counts.get(project);
      room.put(project, count == null ? cap : Math.max(0, cap - count.waiting));
    }
    return room;
  }

  /** Takes note of a wait that was registered. */
  void registered(String project) {
    Count count = counts.get(project);
    if (count != null) {
      count.waiting++;
    }
  }

  /** The waits of one project, as far as this node knows. */
  private static final class Count {
    private final long readNanos;
    private long waiting;

    Count(long readNanos) {
      this.readNanos = readNanos;
    }

    boolean stale(long nowNanos) {
      return nowNanos - readNanos > FRESH_NANOS;
    }
  }
}
