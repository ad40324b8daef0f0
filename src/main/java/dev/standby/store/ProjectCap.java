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
 * How many waits, or events that are held, a project may have. The count is read about once a
 * second, and not with every request: projects may go past the cap by what all nodes add in that
 * time.
 */
final class ProjectCap {
  private static final int MAX_PROJECTS = 10_000;

  private final Sql counting;
  private final long cap;
  private final long freshNanos;

  /** What is known of the projects that added last. */
  private final Map<String, Count> counts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
          return size() > MAX_PROJECTS;
        }
      };

  /** No more than {@code cap} for each project of what {@code counting} counts. */
  ProjectCap(Sql counting, long cap) {
    this(counting, cap, 1);
  }

  /** The same, of what is counted every so many seconds. */
  ProjectCap(Sql counting, long cap, long freshSecs) {
    this.counting = counting;
    this.cap = cap;
    this.freshNanos = TimeUnit.SECONDS.toNanos(freshSecs);
  }

  /** How many more each of the projects may have. */
  Future<Map<String, Long>> room(SqlConnection sql, Set<String> projects) {
    long now = System.nanoTime();
    String[] stale =
        projects.stream()
            .filter(
                project ->
                    !counts.containsKey(project)
                        || now - counts.get(project).readNanos > freshNanos)
            .toArray(String[]::new);
    return refresh(sql, stale, now).map(fresh -> room(projects));
  }

  private Future<Void> refresh(SqlConnection sql, String[] stale, long now) {
    if (stale.length == 0) {
      return Future.succeededFuture();
    }
    return sql.preparedQuery(counting.text())
        .execute(Tuple.tuple().addArrayOfString(stale))
        .map(
            rows -> {
              Arrays.stream(stale).forEach(project -> counts.put(project, new Count(now)));
              for (Row row : rows) {
                counts.get(row.getString(0)).there = row.getLong(1);
              }
              return null;
            });
  }

  private Map<String, Long> room(Set<String> projects) {
    Map<String, Long> room = new HashMap<>();
    for (String project : projects) {
      Count count = counts.get(project);
      room.put(project, count == null ? cap : Math.max(0, cap - count.there));
    }
    return room;
  }

  /** Takes note of one that was added. */
  void added(String project) {
    Count count = counts.get(project);
    if (count != null) {
      count.there++;
    }
  }

  /** How many a project has, as far as this node knows. */
  private static final class Count {
    private final long readNanos;
    private long there;

    Count(long readNanos) {
      this.readNanos = readNanos;
    }
  }
}
