package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.bus.EventTriggers;
import dev.standby.bus.Registration;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Ledger;
import dev.standby.support.Member;
import dev.standby.support.OneNode;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Command;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that come before the wait (contract, section "Early events"). */
@Timeout(60)
class EarlyEventsTest {
  @RegisterExtension static final OneNode NODE = new OneNode();

  private static final AtomicInteger keys = new AtomicInteger();

  private final Api api = NODE.api();
  private final String key = "early/" + keys.incrementAndGet();

  @Test
  void shouldHoldAnEventWhenNobodyWaitsForIt() {
    Api.Answer held = hold("{\"n\":1.10}", 60);

    assertThat(held.status()).isEqualTo(202);
    assertThat(held.json().path("held").asBoolean()).isTrue();
    assertThat(held.field("event_key")).isEqualTo(key);
    assertThat(held.field("project_id")).isEqualTo("default");
    assertThat(Instant.parse(held.field("held_until")))
        .isBetween(Instant.now().plusSeconds(50), Instant.now().plusSeconds(61));
  }

  @Test
  void shouldBeReceivedInTheAnswerOfTheNextRegistration() {
    hold("{\"n\":1.10}", 60);

    Api.Answer registered = api.register(key);

    assertThat(registered.status()).isEqualTo(201);
    assertThat(registered.field("status")).isEqualTo("received");
    assertThat(registered.json().path("response_payload")).isEqualTo(Api.json("{\"n\":1.10}"));
    assertThat(registered.field("sent_by")).isEqualTo("anonymous");
    assertThat(registered.field("received_at")).isEqualTo(registered.field("requested_at"));
    assertThat(api.get(Api.path(key)).text()).isEqualTo(registered.text());
    assertThat(api.register(key).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldBeASendLikeAnyOtherWhenSomebodyWaits() {
    api.register(key);

    Api.Answer sent = hold("1", 60);

    assertThat(sent.status()).isEqualTo(200);
    assertThat(sent.field("status")).isEqualTo("received");
    assertThat(api.register(key).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldBeHeldForTheNextWhenTheLastWaitHasEnded() {
    api.register(key);
    hold("1", 60);

    assertThat(hold("1", 60).status()).isEqualTo(202);
    assertThat(api.register(key).json().path("response_payload").asInt()).isEqualTo(1);
    api.register(key);
    api.delete(Api.path(key));
    assertThat(hold("2", 60).status()).isEqualTo(202);
    assertThat(api.register(key).json().path("response_payload").asInt()).isEqualTo(2);
  }

  @Test
  void shouldBeTakenInTheOrderInWhichTheyCame() {
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      hold(Integer.toString(i), 60);
    }
    for (int i = 0; i < 5; i++) {
      taken.add(api.register(key).json().path("response_payload").asInt());
    }

    assertThat(taken).containsExactly(0, 1, 2, 3, 4);
    assertThat(api.register(key).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldHoldNoMoreThanAHundredForAKey() {
    for (int i = 0; i < 100; i++) {
      assertThat(hold("1", 60).status()).isEqualTo(202);
    }

    Api.Answer tooMany = hold("1", 60);

    assertThat(tooMany.status()).isEqualTo(429);
    assertThat(tooMany.field("code")).isEqualTo("rate_limited");
    api.register(key);
    assertThat(hold("1", 60).status()).isEqualTo(202);
  }

  @Test
  void shouldExpireAndLeaveNothingBehind() {
    hold("\"old\"", 1);
    hold("\"new\"", 60);
    Await.until("the first has expired", Duration.ofSeconds(10), () -> held().size() == 1);

    assertThat(api.register(key).json().path("response_payload").asText()).isEqualTo("new");
    hold("1", 1);
    Await.until(
        "all has been cleared away",
        Duration.ofSeconds(10),
        () ->
            new Ledger(NODE.database())
                .query("SELECT 1 FROM event_trigger WHERE status = 'holding'" + forKey())
                .isEmpty());
    assertThat(new Ledger(NODE.database()).query("SELECT 1 FROM held_event WHERE true" + forKey()))
        .isEmpty();
    assertThat(api.register(key).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldWaitWhenAllThatWasHeldHasExpiredAndIsStillThere() {
    hold("1", 60);
    TestPostgres.execute(
        NODE.database(), "UPDATE held_event SET held_until = now() WHERE true" + forKey());

    assertThat(api.register(key).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldBeShownAndDeletedByItsId() {
    String id = hold("[1]", 60).field("id");

    JsonNode shown = held().get(0);
    Api.Answer deleted = api.delete("/v1/held/" + id);

    assertThat(shown.path("id").asText()).isEqualTo(id);
    assertThat(shown.path("payload")).isEqualTo(Api.json("[1]"));
    assertThat(shown.path("sent_by").asText()).isEqualTo("anonymous");
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.json()).isEqualTo(shown);
    assertThat(api.delete("/v1/held/" + id).status()).isEqualTo(404);
    assertThat(api.delete("/v1/held/none").status()).isEqualTo(404);
    assertThat(api.register(key).field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldBeListedPageByPageNewestFirst() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(0, hold("1", 60).field("id"));
    }
    List<String> walked = new ArrayList<>();
    String path = "/v1/held?limit=2&event_key_prefix=" + Api.encode(key);
    Api.Answer page = api.get(path);
    page.json().path("data").forEach(event -> walked.add(event.path("id").asText()));
    while (page.json().path("has_more").asBoolean()) {
      page = api.get(path + "&cursor=" + page.field("next_cursor"));
      page.json().path("data").forEach(event -> walked.add(event.path("id").asText()));
    }

    assertThat(walked).isEqualTo(ids);
    assertThat(page.json().has("next_cursor")).isFalse();
  }

  @Test
  void shouldBeNoTrigger() {
    long total = api.get("/v1/events/stats").json().path("total_count").asLong();

    hold("1", 60);

    assertThat(api.get(Api.path(key)).status()).isEqualTo(404);
    assertThat(api.delete(Api.path(key)).status()).isEqualTo(404);
    assertThat(api.get(Api.path(key) + "/stream").status()).isEqualTo(404);
    assertThat(api.post(Api.path(key) + "/send", "{}").status()).isEqualTo(404);
    assertThat(
            api.get("/v1/events?project_id=default&event_key_prefix=" + Api.encode(key))
                .json()
                .path("data"))
        .isEmpty();
    assertThat(api.get("/v1/events/stats").json().path("total_count").asLong()).isEqualTo(total);
    assertThat(
            api.post("/v1/events/prefix/" + Api.encode(key) + "/send", "{}")
                .json()
                .path("resolved")
                .asInt())
        .isZero();
  }

  @Test
  void shouldBelongToItsProject() {
    api.post(Api.path(key) + "/send?project_id=a", "{\"payload\":1,\"hold_secs\":60}");

    assertThat(api.register(key).field("status")).isEqualTo("waiting");
    assertThat(
            api.post("/v1/events?project_id=a", "{\"event_key\":\"" + key + "\"}").field("status"))
        .isEqualTo("received");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "2592001", "1.5", "\"1\"", "null"})
  void shouldRefuseToHoldForNoTimeOrTooLong(String secs) {
    Api.Answer refused =
        api.post(Api.path(key) + "/send", "{\"payload\":1,\"hold_secs\":" + secs + "}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.field("detail")).contains("hold_secs");
  }

  @Test
  void shouldBeHeldAndTakenOverTheEventBus() {
    EventTriggers triggers = EventTriggers.create(NODE.node().vertx());

    Outcome.Sent held = Member.get(triggers.sendOrHold(key, "default", 7, 60));
    assertThat(held).isInstanceOf(Outcome.Held.class);
    assertThat(
            Member.get(triggers.listHeld(new Command.ListHeld("default", 10, null, key))).events())
        .hasSize(1);
    assertThat(Member.get(triggers.register(Registration.of(key))).status())
        .isEqualTo(Status.RECEIVED);
    Outcome.Held again = (Outcome.Held) Member.get(triggers.sendOrHold(key, null, 8, 60));
    assertThat(Member.get(triggers.deleteHeld(again.id(), null)).payload()).isEqualTo("8");
    assertThat(Member.get(triggers.register(Registration.of(key))).status())
        .isEqualTo(Status.WAITING);
  }

  private Api.Answer hold(String payload, int secs) {
    return api.post(
        Api.path(key) + "/send", "{\"payload\":" + payload + ",\"hold_secs\":" + secs + "}");
  }

  private JsonNode held() {
    return api.get("/v1/held?event_key_prefix=" + Api.encode(key)).json().path("data");
  }

  private String forKey() {
    return " AND event_key = '" + key + "'";
  }
}
