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
    String state = stateOf(failure);
    if (state != null) {
      return noPartition(failure) ? BUSY : ofSqlState(state);
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
   * The client has no class of its own for commands that a connection took with it when it broke,
   * for those that no connection was free for in time, nor for servers that won't do TLS.
   */
  private static boolean lostInFlight(Throwable failure) {
    String message = failure.getMessage();
    return (failure instanceof VertxException || failure.getClass() == Exception.class)
        && message != null
        && (message.toLowerCase(Locale.ROOT).contains("connection")
            || message.equals("Timeout")
            || message.equals("SSL handshake failed")
            || poolClosed(failure));
  }

  /** Whether a pool was closed, so that what waited for one of its connections was not begun. */
  static boolean poolClosed(Throwable failure) {
    return failure instanceof VertxException && "Pool closed".equals(failure.getMessage());
  }

  /** Whether the server takes no writes: a replica, or one that is about to be. */
  static boolean readOnly(Throwable failure) {
    return "25006".equals(stateOf(failure));
  }

  /** Whether the day of the audit log is still to be made, as after days without a database. */
  private static boolean noPartition(Throwable failure) {
    // Constraints of ours would have a name.
    return "23514".equals(stateOf(failure)) && ((PgException) failure).getConstraint() == null;
  }

  /** What a client may be told of why nothing was done. */
  static String why(Throwable failure) {
    String state = stateOf(failure);
    return switch (state == null ? "" : state) {
      case "23514" -> "The audit log has no room for this day yet; nothing has been done";
      case "53100" -> "The database has no room left on its disk; nothing has been done";
      case "53300" -> "The database has no connection left; nothing has been done";
      case "57014" -> "The database took longer than it may; nothing has been done";
      case "55P03" -> "Others hold what this needs for too long; nothing has been done";
      default -> "The database can't take it now; nothing has been done";
    };
  }

  private static String stateOf(Throwable failure) {
    return failure instanceof PgException pg ? pg.getSqlState() : null;
  }

  private static Failures ofSqlState(String state) {
    // Classes of PostgreSQL's appendix A.
    return switch (state.substring(0, 2)) {
      // Lost; and not let in, as to another password, another database.
      case "08", "28", "3D" -> LOST;
      case "40" -> AGAIN;
      case "22", "54" -> REFUSED;
      // And 58, what the operating system refuses it.
      case "53", "55", "58" -> BUSY;
      // Shut down, crashed, starting up, database dropped; and 57014, a statement over its time.
      case "57" -> state.equals("57014") ? BUSY : LOST;
      // A server that takes no writes; and a transaction that has waited for us, or lasted, too
      // long.
      case "25" ->
          state.equals("25006") || state.equals("25P03") || state.equals("25P04") ? LOST : BUG;
      // A privilege that was taken away.
      case "42" -> state.equals("42501") ? BUSY : BUG;
      default -> BUG;
    };
  }
}
