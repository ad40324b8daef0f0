package dev.standby.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request would like (RFC 7240). A preference that can't be understood is none. */
final class Preferences {
  /** The longest that a client is kept waiting. */
  static final int MAX_WAIT_SECS = 300;

  static final String PREFER = "Prefer";
  static final String APPLIED = "Preference-Applied";

  private static final Pattern WAIT = Pattern.compile("wait\\s*=\\s*\"?(\\d{1,9})\"?");

  private Preferences() {}

  /** For how many seconds the client would wait for an answer. */
  static OptionalInt waitSecs(HttpServerRequest request) {
    String header = request.getHeader(PREFER);
    if (header == null) {
      return OptionalInt.empty();
    }
    // The header may come in several lines, which together are one list.
    for (String line : request.headers().getAll(PREFER)) {
      for (String preference : line.split(",", -1)) {
        Matcher wait = WAIT.matcher(preference.split(";", 2)[0].trim().toLowerCase(Locale.ROOT));
        if (wait.matches()) {
          return OptionalInt.of(Math.min(MAX_WAIT_SECS, Integer.parseInt(wait.group(1))));
        }
      }
    }
    return OptionalInt.empty();
  }
}
