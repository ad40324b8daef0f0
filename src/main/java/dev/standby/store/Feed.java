package dev.standby.store;

import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.ReadFeed;
import dev.standby.trigger.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the log of changes; {@code feed.sql} says why none is lost. Readers who ask at the same
 * time are told of the same snapshot, and from then on all ask the same, which is read once.
 *
 * <p>Not thread-safe: belongs to the store verticle's context.
 */
final class Feed {
  /** How long it is waited for others who are woken by the same change. */
  private static final long TOGETHER_MILLIS = 1;

  /** About how many bytes of payloads are read at once. */
  private static final long MAX_BYTES = 1024 * 1024;

  /** Who is more transactions behind than that has pieces of its own. */
  private static final long NEAR = 1000;

  private final Vertx vertx;
  private final Queries queries;
  private final Map<String, Map<Question, Promise<Piece>>> asked = new HashMap<>();
  private String log;

  Feed(Vertx vertx, Pooled pool) {
    this.vertx = vertx;
    this.queries = new Queries(pool);
  }

  /** Finds out which log it is. */
  Future<Void> start() {
    return queries
        .run(Sql.FEED_BEGIN, Tuple.tuple())
        .map(
            rows -> {
              log = rows.iterator().next().getString(0);
              return null;
            });
  }

  /** What is read, whatever the filters. */
  private record Question(String projectId, FeedPlace from, int limit) {}

  /**
   * A piece of the log.
   *
   * @param upto the snapshot that it goes up to
   * @param newest whether that was the newest
   * @param known whether the log goes back to where the reader is
   * @param next where it goes on
   * @param more whether it is known that there is more
   */
  private record Piece(
      Snapshot upto,
      boolean newest,
      boolean known,
      List<Outcome.Change> changes,
      FeedPlace next,
      boolean more) {}

  /** What follows in a feed. */
  Future<Outcome.FeedPage> read(ReadFeed command) {
    FeedPlace from = command.after() == null ? null : FeedPlace.parse(log, command.after());
    if (from == null) {
      return beginning(command.after() != null);
    }
    return ask(new Question(command.filter().projectId(), from, command.filter().limit()))
        .compose(
            piece ->
                piece.known()
                    ? Future.succeededFuture(
                        new Outcome.FeedPage(
                            piece.changes().stream()
                                .filter(c -> command.lets(c.trigger()))
                                .toList(),
                            piece.next().id(log),
                            piece.more(),
                            false))
                    : beginning(true));
  }

  private Future<Outcome.FeedPage> beginning(boolean reset) {
    return queries
        .run(Sql.FEED_NOW, Tuple.tuple())
        .map(
            rows -> {
              Snapshot now = Snapshot.ofSql(rows.iterator().next().getString(0));
              return new Outcome.FeedPage(List.of(), FeedPlace.at(now).id(log), false, reset);
            });
  }

  private Future<Piece> ask(Question question) {
    return asked
        .computeIfAbsent(
            question.projectId(),
            project -> {
              vertx.setTimer(TOGETHER_MILLIS, timer -> read(asked.remove(project)));
              return new LinkedHashMap<>();
            })
        .computeIfAbsent(question, same -> Promise.promise())
        .future();
  }

  /** Reads for all who have asked: for one first, who finds out the newest snapshot for all. */
  private void read(Map<Question, Promise<Piece>> questions) {
    Question first =
        questions.keySet().stream()
            .filter(question -> question.from().upto() == null)
            .findFirst()
            .orElse(null);
    Future<Piece> leading = first == null ? Future.succeededFuture() : piece(first, null);
    leading.onComplete(
        led ->
            questions.forEach(
                (question, promise) ->
                    (question.equals(first) ? leading : piece(question, led.result()))
                        .onComplete(promise)));
  }

  /** Reads up to the same snapshot as {@code leading} did, if there is one and it is near. */
  private Future<Piece> piece(Question question, Piece leading) {
    FeedPlace from = question.from();
    boolean together =
        leading != null
            && leading.known()
            && leading.newest()
            && from.upto() == null
            && leading.upto().end() >= from.after().end()
            && leading.upto().end() - from.after().end() < NEAR;
    Snapshot upto = together ? leading.upto() : from.upto();
    return queries
        .run(
            Sql.FEED,
            Tuple.of(
                question.projectId(),
                from.after().sql(),
                upto == null ? null : upto.sql(),
                from.place(),
                from.n(),
                (long) question.limit(),
                MAX_BYTES))
        .map(rows -> piece(question, together, rows));
  }

  private Piece piece(Question question, boolean together, RowSet<Row> rows) {
    Row head = rows.iterator().next();
    Snapshot upto = Snapshot.ofSql(head.getString(0));
    boolean newest = together || head.getBoolean(1);
    boolean known = head.getBoolean(2);
    long count = known ? head.getLong(3) : 0;
    List<Outcome.Change> changes = new ArrayList<>(rows.size());
    FeedPlace last = null;
    for (Row row : rows) {
      if (count > 0) {
        last = new FeedPlace(question.from().after(), upto, row.getLong(4), row.getLong(5));
        // What has been purged meanwhile is passed over.
        if (row.getUUID(7) != null) {
          changes.add(new Outcome.Change(last.id(log), trigger(row)));
        }
      }
    }
    // A piece that was filled, or cut as its payloads are long, may have a rest.
    boolean rest = count == question.limit() || count > rows.size();
    return new Piece(
        upto, newest, known, changes, rest ? last : FeedPlace.at(upto), rest || !newest);
  }

  /** As it was then. */
  private static EventTrigger trigger(Row row) {
    EventTrigger trigger = Rows.trigger(row, 7);
    return row.getString(6).equals(Status.WAITING.code()) ? trigger.asRegistered() : trigger;
  }
}
