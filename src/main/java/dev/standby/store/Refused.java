package dev.standby.store;

import dev.standby.config.ConfigException;
import io.vertx.pgclient.PgException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.Locale;

/** Why a node can't start with a database, in words for who set it up. */
final class Refused {
  private static final String POOLED = ": behind PgBouncer, set database.pgbouncer: true";

  private Refused() {}

  /** What to say of a failure of either driver, or of Flyway over one. */
  static ConfigException by(DatabaseUrl url, Throwable failure) {
    return new ConfigException(url.setting() + ": cannot use " + url + ": " + why(url, failure));
  }

  private static String why(DatabaseUrl url, Throwable failure) {
    String state = "";
    String said = failure.getMessage();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "the server's certificate has expired";
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "the server's certificate is not valid yet";
      }
      if (cause instanceof CertPathBuilderException) {
        return "the server's certificate is not from an authority in sslrootcert";
      }
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        state = sql.getSQLState();
        said = sql.getMessage();
      } else if (cause instanceof PgException pg && pg.getSqlState() != null) {
        state = pg.getSqlState();
        said = pg.getErrorMessage();
      }
    }
    String line = said == null ? failure.getClass().getSimpleName() : oneLine(said);
    return line + advice(url, state, line.toLowerCase(Locale.ROOT));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ")
        .replaceAll("^(ERROR|FATAL): | (Position|Where|Hint): .*", "");
  }

  /** What to do about it. */
  private static String advice(DatabaseUrl url, String state, String said) {
    if (said.contains("unsupported startup parameter")) {
      return POOLED;
    }
    if (said.contains("hostname") && said.contains("could not be verified")) {
      return ": the server's certificate is for another host name";
    }
    return switch (state) {
      // What was prepared in one session is executed in another, or prepared there as well.
      case "26000", "42P05" -> POOLED;
      case "42501" ->
          ": the role "
              + url.user()
              + " must own the database, or have CREATE on it and on its schema";
      case "53300" ->
          ": every node takes up to database.pool_size + 23 connections; see max_connections";
      case "25006" -> ": Standby needs a server that takes writes";
      default -> said.contains("targetservertype") ? ": none of the servers takes writes" : "";
    };
  }
}
