package dev.standby.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.contract.Database;
import dev.standby.support.Api;
import dev.standby.support.Await;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Waits that tell somebody of their end, and what becomes of that. */
final class Hooks {
  /** The setting of a node that may call receivers on this machine. */
  static final Map<String, String> LOOPBACK =
      Map.of("STANDBY_WEBHOOKS_ALLOWED_NETWORKS", "127.0.0.0/8");

  private static final AtomicInteger keys = new AtomicInteger();

  private final Api api;
  private final Database database;

  Hooks(String url, Database database) {
    this(new Api(URI.create(url)), database);
  }

  Hooks(Api api, Database database) {
    this.api = api;
    this.database = database;
  }

  Api api() {
    return api;
  }

  /** A key that waits, and whose end that URL is told. */
  String waiting(String url) {
    String key = "hook/" + keys.incrementAndGet();
    Api.Answer answer =
        api.post("/v1/events", "{\"event_key\":\"%s\",\"notify_url\":\"%s\"}".formatted(key, url));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return key;
  }

  /** The same, which has received an event. */
  String received(String url) {
    String key = waiting(url);
    assertThat(api.post(Api.path(key) + "/send", "{\"payload\":{\"n\":1}}").status())
        .isEqualTo(200);
    return key;
  }

  /** The newest delivery of a key. */
  JsonNode delivery(String key) {
    return api.get(Api.path(key) + "/deliveries").json().at("/data/0");
  }

  /** Waits until the newest delivery of a key is so. */
  JsonNode await(String key, String field, String value) {
    Await.until(
        field + " of the delivery of " + key + " is " + value,
        Receiver.SOON,
        () -> delivery(key).path(field).asText().equals(value));
    return delivery(key);
  }

  /** Has a delivery be due, as if the time until then, and that much besides, had passed. */
  void pass(String key, String interval) {
    database.execute(
        ("UPDATE webhook_delivery SET next_at = now(), since = since - interval '%s',"
                + " created_at = created_at - interval '%s' WHERE event_key = '%s'")
            .formatted(interval, interval, key));
  }
}
