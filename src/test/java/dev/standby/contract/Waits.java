package dev.standby.contract;

import dev.standby.support.Api;
import java.util.concurrent.atomic.AtomicInteger;

/** Keys of a node without authentication, each as far as a test needs it. */
final class Waits {
  private final AtomicInteger keys = new AtomicInteger();
  private final Api api;

  Waits(Api api) {
    this.api = api;
  }

  /** A key that nobody has registered. */
  String key() {
    return "key " + keys.incrementAndGet();
  }

  /** A key that waits. */
  String waiting() {
    String key = key();
    api.post(
        "/v1/events",
        "{\"event_key\":\"%s\",\"workflow_run_id\":\"w\",\"request_payload\":[1]}".formatted(key));
    return key;
  }

  /** A key that waits for a number. */
  String demanding() {
    String key = key();
    api.post(
        "/v1/events",
        ("{\"event_key\":\"%s\",\"payload_schema\":{\"type\":\"number\"},\"timeout_payload\":0,"
                + "\"trigger_type\":\"sleep\",\"notify_url\":\"https://example.org/hook\","
                + "\"emit_key\":\"next\"}")
            .formatted(key));
    return key;
  }

  /** A key that has received an event. */
  String received() {
    String key = waiting();
    api.post(Api.path(key) + "/send", "{\"payload\":{\"a\":1}}");
    return key;
  }

  /** What the link ends with that resolves a trigger that waits. */
  String token() {
    String url = api.post(Api.path(waiting()) + "/callback", "").field("url");
    return url.substring(url.lastIndexOf('/') + 1);
  }

  /** Sends an event of that key, which is held if nobody waits. */
  Api.Answer hold(String key) {
    return api.post(Api.path(key) + "/send", "{\"payload\":{\"a\":1},\"hold_secs\":60}");
  }

  /** A key that two projects have. */
  String ambiguous() {
    String key = key();
    for (String project : new String[] {"one", "other"}) {
      api.post(
          "/v1/events", "{\"event_key\":\"%s\",\"project_id\":\"%s\"}".formatted(key, project));
    }
    return key;
  }
}
