package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sending to every key with a prefix: literally, all or nothing, oldest first. */
@Timeout(60)
class PrefixSendTest {
  private static final int LIMIT = 5;
  private static final String HIGHEST = new String(Character.toChars(Character.MAX_CODE_POINT));

  private static Database database;
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    database = Database.create();
    node =
        Nodes.start(
            database.url(), Map.of("STANDBY_DATABASE_PREFIX_LIMIT", Integer.toString(LIMIT)));
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldResolveWhatWaitsOldestFirst() {
    List<String> keys = List.of("order/9", "order/1", "order/5", "order/");
    keys.forEach(api::register);
    api.register("order");
    api.register("order/done");
    api.delete("/v1/events/order%2Fdone");

    Api.Answer answer = send("order/", "{\"payload\":{\"a\":[1.0]}}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("resolved").asInt()).isEqualTo(4);
    assertThat(keys(answer)).isEqualTo(keys);
    for (JsonNode trigger : answer.json().get("triggers")) {
      assertThat(trigger.get("status").asText()).isEqualTo("received");
      assertThat(trigger.get("response_payload")).isEqualTo(Api.json("{\"a\":[1.0]}"));
    }
    assertThat(api.get("/v1/events/order").field("status")).isEqualTo("waiting");
    assertThat(api.get("/v1/events/order%2Fdone").field("status")).isEqualTo("canceled");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "100%|100% sure|100 per cent",
        "a_b|a_b_c|axb_c",
        "c:\\dir|c:\\dir\\file|c:/dir/file",
        "\\%|\\%|x%",
        "*|*x|x*",
        ".|.x|xx",
        "[a-z]|[a-z]+|b+",
        "Case|Case 1|case 1",
        "😀|😀!|😁!",
        "e|e\u0301|é",
        "'|'; DROP TABLE|\"; DROP TABLE",
      })
  void shouldTakeThePrefixLiterally(String prefix, String match, String other) {
    String rest = " (" + match + "/" + other + ")";
    api.register(match + rest);
    api.register(other + rest);

    Api.Answer answer = send(prefix, "{}");

    assertThat(keys(answer)).containsExactly(match + rest);
    assertThat(api.get(Api.path(other + rest)).field("status")).isEqualTo("waiting");
    api.delete(Api.path(other + rest));
  }

  @Test
  void shouldResolveKeysUpToTheEndOfUnicode() {
    String end = "end" + HIGHEST;
    List.of("end", "end" + HIGHEST, end + "x", end + HIGHEST).forEach(api::register);

    assertThat(keys(send(end, "{}"))).containsExactly(end, end + "x", end + HIGHEST);
    assertThat(keys(send("end", "{}"))).containsExactly("end");
    api.register(HIGHEST + HIGHEST);
    assertThat(keys(send(HIGHEST, "{}"))).containsExactly(HIGHEST + HIGHEST);
  }

  @Test
  void shouldResolveKeysAtTheEdgeOfTheSurrogates() {
    List.of("s\uD7FF", "s\uD7FFx", "s\uE000").forEach(api::register);

    assertThat(keys(send("s\uD7FF", "{}"))).containsExactly("s\uD7FF", "s\uD7FFx");
    assertThat(keys(send("s", "{}"))).containsExactly("s\uE000");
  }

  @Test
  void shouldTellLongKeysApartThatDifferLate() {
    String stem = "l".repeat(450);
    List.of(stem + "a", stem + "b", stem + "ab", "l".repeat(449)).forEach(api::register);

    assertThat(keys(send(stem + "a", "{}"))).containsExactly(stem + "a", stem + "ab");
    assertThat(keys(send("l".repeat(400), "{}"))).containsExactly(stem + "b", "l".repeat(449));
  }

  @Test
  void shouldResolveAKeyOfTheGreatestLengthByItself() {
    String key = "😀".repeat(512);
    api.register(key);

    assertThat(keys(send(key, "{}"))).containsExactly(key);
  }

  @Test
  void shouldResolveNothingWhenNothingMatches() {
    Api.Answer answer = send("no such prefix", "{}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"resolved\":0,\"triggers\":[]}");
  }

  @Test
  void shouldRefuseWithTheCountAndChangeNothingWhenTooManyMatch() {
    IntStream.rangeClosed(0, LIMIT).forEach(i -> api.register("many/" + i));
    String before = database.state();

    Api.Answer answer = send("many/", "{\"payload\":1}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.field("code")).isEqualTo("validation_failed");
    assertThat(answer.json().get("count").asInt()).isEqualTo(LIMIT + 1);
    assertThat(database.state()).isEqualTo(before);

    api.delete("/v1/events/many%2F0");
    assertThat(keys(send("many/", "{}"))).hasSize(LIMIT);
  }

  @Test
  void shouldLeaveWhatIsOverdueToTimeOut() {
    api.register("due/1");
    api.register("due/2");
    database.execute(
        "UPDATE event_trigger SET expires_at = now() - interval '1 s' WHERE event_key = 'due/1'");

    assertThat(keys(send("due/", "{}"))).containsExactly("due/2");
    assertThat(api.get("/v1/events/due%2F1").field("status")).isEqualTo("timed_out");
  }

  @Test
  void shouldStayInTheProjectThatIsNamedAndElseGoThroughAll() {
    for (String project : List.of("p1", "p2", "p3")) {
      api.post("/v1/events", "{\"event_key\":\"shared/x\",\"project_id\":\"" + project + "\"}");
    }

    assertThat(projects(api.post("/v1/events/prefix/shared/send?project_id=p2", "{}")))
        .containsExactly("p2");
    assertThat(projects(send("shared", "{\"project_id\":\"p3\"}"))).containsExactly("p3");
    assertThat(projects(send("shared", "{\"project_id\":\"p4\"}"))).isEmpty();
    assertThat(projects(send("shared", "{}"))).containsExactly("p1");
  }

  @Test
  void shouldTellStreams() {
    api.register("streamed/1");
    try (SseReader stream = SseReader.open(api, "streamed/1")) {
      stream.next();

      send("streamed", "{\"payload\":\"p\"}");

      assertThat(stream.next().status()).isEqualTo("received");
      assertThat(stream.next()).isNull();
    }
  }

  private static Api.Answer send(String prefix, String body) {
    return api.post("/v1/events/prefix/" + Api.encode(prefix) + "/send", body);
  }

  private static List<String> keys(Api.Answer answer) {
    return field(answer, "event_key");
  }

  private static List<String> projects(Api.Answer answer) {
    return field(answer, "project_id");
  }

  private static List<String> field(Api.Answer answer, String name) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return StreamSupport.stream(answer.json().get("triggers").spliterator(), false)
        .map(trigger -> trigger.get(name).asText())
        .toList();
  }
}
