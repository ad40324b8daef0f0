package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;

/**
 * Somebody in a project who does anything to keys of its own there, one request after the other,
 * and knows what each must do: nobody else in the project has these keys, and another project's
 * actors, who have the same, must not matter.
 */
final class ProjectActor implements Runnable {
  private static final String LOG = "%s|%s|%s|%s|%s";

  private final Api api;
  private final String project;
  private final String otherProject;
  private final String prefix;
  private final Random random;
  private final int requests;

  /** What somebody has seen in a stream; the reader of another passes its ids off as its own. */
  private final Queue<Frame> frames;

  private final Map<String, Trigger> newest = new HashMap<>();
  private final List<Trigger> all = new ArrayList<>();

  /** The id of a frame, and who has seen it. */
  record Frame(ProjectActor by, String id) {}

  /** What a trigger must be. */
  private static final class Trigger {
    private final String key;
    private final String id;
    private String status = "waiting";
    private String payload;

    private Trigger(String key, String id) {
      this.key = key;
      this.id = id;
    }

    private void end(String ended, String sent) {
      status = ended;
      payload = sent;
    }
  }

  ProjectActor(
      Api api,
      String project,
      String otherProject,
      String prefix,
      long seed,
      int requests,
      Queue<Frame> frames) {
    this.api = api;
    this.project = project;
    this.otherProject = otherProject;
    this.prefix = prefix;
    this.random = new Random(seed);
    this.requests = requests;
    this.frames = frames;
  }

  @Override
  public void run() {
    for (int i = 0; i < requests; i++) {
      String key = prefix + pick(LookAlikes.KEYS);
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> register(key);
        case 4, 5 -> send(key);
        case 6 -> cancel(key);
        case 7 -> get(key);
        case 8 -> sendPrefix();
        case 9 -> link(key);
        case 10 -> stream(key);
        default -> look();
      }
    }
  }

  /** What the database must say: {@code project|key|id|status|payload}. */
  List<String> rows() {
    return all.stream().map(t -> LOG.formatted(project, t.key, t.id, t.status, t.payload)).toList();
  }

  private void register(String key) {
    Trigger known = newest.get(key);
    Api.Answer answer =
        api.post(
            "/v1/events",
            "{\"event_key\":%s,\"request_payload\":%s}"
                .formatted(Api.quoted(key), Api.quoted(project)));
    if (waits(known)) {
      expect(answer, 200, known);
    } else {
      Trigger registered = new Trigger(key, answer.field("id"));
      expect(answer, 201, registered);
      newest.put(key, registered);
      all.add(registered);
    }
  }

  private void send(String key) {
    Trigger known = newest.get(key);
    String payload = payload();
    Api.Answer answer = api.post(Api.path(key) + "/send", "{\"payload\":" + payload + "}");
    if (known == null) {
      expect(answer, 404, null);
    } else if (waits(known)) {
      known.end("received", payload);
      expect(answer, 200, known);
    } else {
      expect(answer, payload.equals(known.payload) ? 200 : 409, known);
    }
  }

  private void cancel(String key) {
    Trigger known = newest.get(key);
    Api.Answer answer = api.delete(Api.path(key));
    if (waits(known)) {
      known.end("canceled", null);
      expect(answer, 200, known);
    } else {
      expect(answer, known == null ? 404 : 409, known);
    }
  }

  private void get(String key) {
    Trigger known = newest.get(key);
    expect(api.get(Api.path(key)), known == null ? 404 : 200, known);
  }

  private void sendPrefix() {
    String key = pick(LookAlikes.KEYS);
    String start = prefix + key.substring(0, 1 + random.nextInt(key.length()));
    String payload = payload();
    Api.Answer answer =
        api.post(
            "/v1/events/prefix/" + Api.encode(start) + "/send", "{\"payload\":" + payload + "}");
    List<Trigger> matched =
        newest.values().stream().filter(t -> waits(t) && t.key.startsWith(start)).toList();
    matched.forEach(trigger -> trigger.end("received", payload));
    assertThat(answer.json().path("triggers").findValuesAsText("id"))
        .as(answer.text())
        .containsExactlyInAnyOrderElementsOf(matched.stream().map(trigger -> trigger.id).toList());
  }

  private void link(String key) {
    Trigger known = newest.get(key);
    Api.Answer made = api.post(Api.path(key) + "/callback", "");
    if (!waits(known)) {
      expect(made, known == null ? 404 : 409, known);
      return;
    }
    String payload = payload();
    assertThat(new Api("").post(made.field("url"), payload).status()).isEqualTo(200);
    known.end("received", payload);
  }

  /** With the id of a frame of somebody else, which must not matter. */
  private void stream(String key) {
    Frame seen = frames.poll();
    String foreign = seen == null || seen.by == this ? "none" : seen.id;
    try (SseReader stream = SseReader.resume(api, key, foreign)) {
      Trigger known = newest.get(key);
      assertThat(stream.status()).isEqualTo(known == null ? 404 : 200);
      if (known != null) {
        SseReader.Frame frame = stream.next();
        assertShows(frame.json(), known);
        frames.add(new Frame(this, frame.id()));
      }
    }
  }

  private void look() {
    JsonNode list = api.get("/v1/events?limit=200").json().path("data");
    assertThat(list).allMatch(trigger -> trigger.path("project_id").asText().equals(project));
    assertThat(api.get("/v1/events?project_id=" + Api.encode(otherProject)).status())
        .isEqualTo(403);
  }

  private static boolean waits(Trigger trigger) {
    return trigger != null && trigger.status.equals("waiting");
  }

  /** An answer, which shows that trigger, itself or as what is in the way; null for none. */
  private static void expect(Api.Answer answer, int status, Trigger trigger) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    if (trigger == null) {
      assertThat(answer.json().has("trigger")).isFalse();
    } else {
      assertShows(status == 409 ? answer.json().path("trigger") : answer.json(), trigger);
    }
  }

  private static void assertShows(JsonNode json, Trigger trigger) {
    assertThat(json.path("id").asText()).as(json.toString()).isEqualTo(trigger.id);
    assertThat(json.path("status").asText()).isEqualTo(trigger.status);
    assertThat(json.path("response_payload").toString())
        .isEqualTo(trigger.payload == null ? "" : trigger.payload);
  }

  private String payload() {
    return "{\"%s\":%d}".formatted(project, random.nextInt(3));
  }

  private String pick(List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }
}
