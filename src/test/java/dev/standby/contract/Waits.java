package dev.standby.contract;

import dev.standby.support.Api;
import dev.standby.support.Await;
import java.time.Duration;
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
                + "\"trigger_type\":\"sleep\",\"notify_url\":\"http://127.0.0.1:9/hook\","
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

  /** A key so many triggers of which have ended, of which somebody was to be told. */
  String notified(int count) {
    String key = key();
    for (int i = 0; i < count; i++) {
      api.post(
          "/v1/events",
          "{\"event_key\":\"%s\",\"notify_url\":\"http://127.0.0.1:9/\"}".formatted(key));
      api.delete(Api.path(key));
    }
    return key;
  }

  /** Where a delivery is tried again that has failed: a node calls nothing on its own machine. */
  String failedDelivery() {
    String path = Api.path(notified(1)) + "/deliveries";
    Await.until(
        "the delivery has failed",
        Duration.ofSeconds(10),
        () -> api.get(path).json().at("/data/0").has("error"));
    return path + "/" + api.get(path).json().at("/data/0/id").asText() + "/retry";
  }
}
