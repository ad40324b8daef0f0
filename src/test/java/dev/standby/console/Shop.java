package dev.standby.console;

import dev.standby.support.Api;
import dev.standby.support.TestPostgres;

/** A project with a past, as pages show it. */
final class Shop {
  static final String PROJECT = "shop";

  static final String SCHEMA =
      "{\"title\":\"Approve order 1001?\",\"type\":\"object\",\"required\":[\"approved\"],"
          + "\"properties\":{\"approved\":{\"type\":\"boolean\",\"title\":\"May it be shipped?\"},"
          + "\"note\":{\"type\":\"string\",\"description\":\"The customer reads it\"}}}";

  private static final String ENDED =
      "INSERT INTO event_trigger (id, project_id, event_key, source_type, job_run_id, status,"
          + " timeout_secs, requested_at, expires_at, finished_at) SELECT gen_random_uuid(),"
          + " 'shop', 'payment:' || 7000 + n || '/settled', 'job_run', 'jr-' || n, CASE WHEN n %"
          + " 17 = 0 THEN 'timed_out' WHEN n % 29 = 0 THEN 'canceled' ELSE 'received' END, 3600,"
          + " at - wait, at - wait + interval '1 hour', at FROM (SELECT n, now() - interval '1"
          + " second' * (n * 11 + 7 * (n % 13)) AS at, interval '1 second' * power(n % 23 + 1,"
          + " 2.6) AS wait FROM generate_series(1, 320) n) ended";

  private static final String COUNTS =
      "INSERT INTO event_stats (project_id, shard, waiting, received, timed_out, canceled,"
          + " wait_secs) SELECT 'shop', 63, 0, count(*) FILTER (WHERE status = 'received'), count(*)"
          + " FILTER (WHERE status = 'timed_out'), count(*) FILTER (WHERE status = 'canceled'),"
          + " coalesce(sum(extract(epoch FROM finished_at - requested_at)) FILTER (WHERE status ="
          + " 'received'), 0) FROM event_trigger WHERE project_id = 'shop'";

  /** What ended long ago, in a project of its own. */
  static final String OLD =
      "INSERT INTO event_trigger (id, project_id, event_key, source_type, status, timeout_secs,"
          + " requested_at, expires_at, finished_at) SELECT gen_random_uuid(), 'past', 'old:' ||"
          + " n, 'job_run', 'timed_out', 60, now() - interval '100 days' - n * interval '1 second',"
          + " now() - interval '100 days', now() - interval '100 days' FROM generate_series(1,"
          + " 1870) n";

  private Shop() {}

  /** Fills a database with what has ended, and by the API with what waits. */
  static void open(String database, Api api) {
    TestPostgres.execute(database, ENDED);
    TestPostgres.execute(database, COUNTS);
    register(
        api,
        "order:1001/approval",
        86_400,
        "\"workflow_run_id\":\"wr-7f3a\",\"workflow_step_run_id\":\"ws-02\",\"source_type\":"
            + "\"workflow_step\",\"request_payload\":{\"title\":\"Approve order 1001?\","
            + "\"customer\":\"Dana Miller\",\"amount\":129.50,\"currency\":\"EUR\",\"items\":[{\"sku\":"
            + "\"TEA-250\",\"quantity\":2},{\"sku\":\"POT-01\",\"quantity\":1}]},\"timeout_payload\":"
            + "{\"approved\":false},\"emit_key\":\"order:1001/ship\",\"payload_schema\":"
            + SCHEMA);
    int[] seconds = {95, 480, 1500, 3600, 5400, 9000, 43_200, 172_800, 604_800};
    for (int i = 0; i < seconds.length; i++) {
      register(
          api,
          "order:10%02d/%s".formatted(i + 2, i % 2 == 0 ? "payment" : "delivery"),
          seconds[i],
          "\"workflow_run_id\":\"wr-%d\",\"source_type\":\"workflow_step\"".formatted(410 + i));
    }
    TestPostgres.execute(
        database,
        "UPDATE event_trigger SET requested_at = requested_at - interval '7 minutes' * (1011 -"
            + " substr(event_key, 7, 4)::int) WHERE project_id = 'shop' AND event_key LIKE"
            + " 'order:10%'");
    register(api, "reminder:7", 7200, "\"trigger_type\":\"sleep\"");
  }

  static void register(Api api, String key, int timeoutSecs, String more) {
    Api.Answer answer =
        api.post(
            "/v1/events",
            "{\"project_id\":\"%s\",\"event_key\":%s,\"timeout_secs\":%d%s}"
                .formatted(
                    PROJECT, Api.quoted(key), timeoutSecs, more.isEmpty() ? "" : "," + more));
    if (answer.status() != 201) {
      throw new IllegalStateException(answer.text());
    }
  }
}
