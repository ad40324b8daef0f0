package dev.standby.store;

import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

/** What a failed statement means, by its SQLSTATE. */
enum Failures {
  /** The connection or the server is gone; the statement may or may not have been carried out. */
  LOST,
  /** Nothing happened, and the same statement may succeed at once: a deadlock, a lost race. */
  AGAIN,
  /** Nothing happened, because of what a client sent. */
  REFUSED,
  /** Nothing happened: PostgreSQL is full, or not ready. */
  BUSY,
  /** A defect of ours. */
  BUG;

  static Failures of(Throwable failure) {
    if (failure instanceof PgException pg && pg.getSqlState() != null) {
      return ofSqlState(pg.getSqlState());
    }
    return failure instanceof ClosedConnectionException
            || failure instanceof ConnectionPoolTooBusyException
            || failure instanceof IOException
            || failure instanceof TimeoutException
            || lostInFlight(failure)
        ? LOST
        : BUG;
  }

  /**
   * The client has no class of its own for commands that a connection took with it when it broke.
   */
  private static boolean lostInFlight(Throwable failure) {
    return failure instanceof VertxException
        && failure.getMessage() != null
        && (failure.getMessage().toLowerCase(Locale.ROOT).contains("connection")
            || stopping(failure));
  }

  /** Whether the node stops while a statement is on its way. */
  static boolean stopping(Throwable failure) {
    return failure instanceof VertxException && "Pool closed".equals(failure.getMessage());
  }

  private static Failures ofSqlState(String state) {
    // Classes of PostgreSQL's appendix A.
    return switch (state.substring(0, 2)) {
      case "08" -> LOST;
      case "40" -> AGAIN;
      case "22", "54" -> REFUSED;
      case "53", "55" -> BUSY;
      // Shut down, crashed, starting up, database dropped; and 57014, a statement over its time.
      case "57" -> state.equals("57014") ? BUSY : LOST;
      // A server that was a replica a moment ago; and a transaction that has waited for us too
      // long.
      case "25" -> state.equals("25006") || state.equals("25P03") ? LOST : BUG;
      default -> BUG;
    };
  }
}
