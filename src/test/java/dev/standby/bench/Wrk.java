package dev.standby.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Load over HTTP by wrk: as many requests as the connections allow. */
final class Wrk {
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
  private static final Pattern ERRORS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  private Wrk() {}

  /**
   * What a run gave.
   *
   * @param rate successful requests a second
   * @param requests how many were made
   * @param errors how many of them failed
   */
  record Result(double rate, long requests, long errors, String text) {
    /** A percentile of the latency that wrk saw, in milliseconds. */
    double millis(String percentile) {
      Matcher matcher =
          Pattern.compile("\\s" + percentile + "%\\s+([0-9.]+)(us|ms|s)").matcher(text);
      if (!matcher.find()) {
        throw new IllegalStateException(text);
      }
      double value = Double.parseDouble(matcher.group(1));
      return switch (matcher.group(2)) {
        case "us" -> value / 1000;
        case "s" -> value * 1000;
        default -> value;
      };
    }
  }

  /** Sends to the keys {@code prefix + from …}, each once. */
  static Result send(String url, String prefix, long from, int connections, int seconds)
      throws IOException, InterruptedException {
    return run(
        url,
        connections,
        seconds,
        """
        local n = %d
        local headers = {["Content-Type"] = "application/json"}
        request = function()
          n = n + 1
          return wrk.format("POST", "/v1/events/%s" .. (n - 1) .. "/send", headers,
                            '{"payload":{"ok":true}}')
        end
        """
            .formatted(from, prefix));
  }

  /** Registers waits for the keys {@code prefix + from …}. */
  static Result register(String url, String prefix, long from, int connections, int seconds)
      throws IOException, InterruptedException {
    return run(
        url,
        connections,
        seconds,
        """
        local n = %d
        local headers = {["Content-Type"] = "application/json"}
        request = function()
          n = n + 1
          return wrk.format("POST", "/v1/events", headers, '{"event_key":"%s' .. (n - 1) .. '"}')
        end
        """
            .formatted(from, prefix));
  }

  /** Reads one path again and again. */
  static Result get(String url, String path, int connections, int seconds)
      throws IOException, InterruptedException {
    return run(url + path, connections, seconds, "");
  }

  private static Result run(String url, int connections, int seconds, String lua)
      throws IOException, InterruptedException {
    Path script = Files.createTempFile("wrk", ".lua");
    Files.writeString(script, lua);
    String text =
        Stage.run(
            "wrk",
            "-t1",
            "-c" + connections,
            "-d" + seconds + "s",
            "--latency",
            "-s",
            script.toString(),
            url);
    double rate = Double.parseDouble(group(RATE, text, "0"));
    long requests = Long.parseLong(group(REQUESTS, text, "0"));
    long errors = Long.parseLong(group(ERRORS, text, "0"));
    System.out.printf(Locale.ROOT, "wrk: %d requests, %d errors, %.0f/s%n", requests, errors, rate);
    return new Result(
        requests == 0 ? 0 : rate * (requests - errors) / requests, requests, errors, text);
  }

  private static String group(Pattern pattern, String text, String otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : otherwise;
  }
}
