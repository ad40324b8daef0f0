package dev.standby.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Load over HTTP, by wrk if it is installed: as many requests as the connections allow. */
final class Wrk {
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
  private static final Pattern ERRORS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  private static final String SENT = "{\"payload\":{\"ok\":true}}";

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

  /**
   * The requests of a run, numbered from {@code from}.
   *
   * @param path the path, with {@code %d} for the number
   * @param body the body, with {@code %d} for the number
   * @param key the API key; empty for none
   */
  record Requests(String method, String path, String body, long from, String key) {
    String path(long number) {
      return path.replace("%d", Long.toString(number));
    }

    String body(long number) {
      return body.replace("%d", Long.toString(number));
    }

    /** The same for wrk. */
    String lua() {
      return """
      local n = %d
      local headers = {["Content-Type"] = "application/json"%s}
      request = function()
        n = n + 1
        return wrk.format("%s", (("%s"):gsub("%%%%d", n - 1)), headers,
                          (('%s'):gsub("%%%%d", n - 1)))
      end
      """
          .formatted(from, authorization(), method, path, body);
    }

    private String authorization() {
      return key.isEmpty() ? "" : ", [\"Authorization\"] = \"Bearer " + key + "\"";
    }
  }

  /** Sends to the keys {@code prefix + from …}, each once. */
  static Result send(String url, String prefix, long from, int connections, int seconds)
      throws IOException, InterruptedException {
    String path = "/v1/events/" + prefix + "%d/send";
    return run(url, connections, seconds, new Requests("POST", path, SENT, from, ""));
  }

  /**
   * As {@link #send(String, String, long, int, int)}, in the project {@code default} and with an
   * API key; empty for none.
   */
  static Result send(String url, String key, String prefix, long from, int connections, int seconds)
      throws IOException, InterruptedException {
    String path = "/v1/events/" + prefix + "%d/send?project_id=default";
    return run(url, connections, seconds, new Requests("POST", path, SENT, from, key));
  }

  /** Registers waits for the keys {@code prefix + from …}. */
  static Result register(String url, String prefix, long from, int connections, int seconds)
      throws IOException, InterruptedException {
    String body = "{\"event_key\":\"" + prefix + "%d\"}";
    return run(url, connections, seconds, new Requests("POST", "/v1/events", body, from, ""));
  }

  /** Reads one path again and again. */
  static Result get(String url, String path, int connections, int seconds)
      throws IOException, InterruptedException {
    return run(url, connections, seconds, new Requests("GET", path, "", 0, ""));
  }

  private static Result run(String url, int connections, int seconds, Requests requests)
      throws IOException, InterruptedException {
    String text =
        Stage.installed("wrk")
            ? wrk(url, connections, seconds, requests)
            : Stage.java(
                HttpLoad.class,
                url,
                Integer.toString(connections),
                Integer.toString(seconds),
                requests.method(),
                requests.path(),
                requests.body(),
                Long.toString(requests.from()),
                requests.key());
    double rate = Double.parseDouble(group(RATE, text, "0"));
    long count = Long.parseLong(group(REQUESTS, text, "0"));
    long errors = Long.parseLong(group(ERRORS, text, "0"));
    System.out.printf(Locale.ROOT, "load: %d requests, %d errors, %.0f/s%n", count, errors, rate);
    return new Result(count == 0 ? 0 : rate * (count - errors) / count, count, errors, text);
  }

  private static String wrk(String url, int connections, int seconds, Requests requests)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--latency"));
    if (requests.method().equals("GET")) {
      command.add(url + requests.path());
    } else {
      Path script = Files.createTempFile("wrk", ".lua");
      Files.writeString(script, requests.lua());
      command.addAll(List.of("-s", script.toString(), url));
    }
    return Stage.run(command.toArray(String[]::new));
  }

  private static String group(Pattern pattern, String text, String otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : otherwise;
  }
}
