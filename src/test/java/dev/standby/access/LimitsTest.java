package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who asks too much gets 429, is told when to come back, and holds nobody else up. */
@Timeout(60)
class LimitsTest {
  private static final int REQUESTS = 50;

  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node =
        Nodes.start(
            TestPostgres.newDatabase(),
            Map.of(
                "STANDBY_AUTH",
                "keys",
                "STANDBY_LIMITS_KEY_REQUESTS_PER_SEC",
                Integer.toString(REQUESTS),
                "STANDBY_LIMITS_CALLBACK_REQUESTS_PER_SEC",
                "5",
                "STANDBY_LIMITS_FAILED_LOGINS_PER_MINUTE",
                "10",
                "STANDBY_DATABASE_MAX_WAITING_PER_PROJECT",
                "20",
                "STANDBY_DATABASE_MAX_HELD_PER_PROJECT",
                "20"));
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldLimitEachKeyByItself() {
    String busy = Keys.of(node, "shop", Scope.READ);
    String other = Keys.of(node, "shop", Scope.READ);

    List<Api.Answer> answers = burst(busy, 4 * REQUESTS);

    assertThat(answers).extracting(Api.Answer::status).containsOnly(200, 429);
    Api.Answer refused = answers.stream().filter(a -> a.status() == 429).findFirst().get();
    assertThat(refused.field("code")).isEqualTo("rate_limited");
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"key\";q=50;w=1");
    assertThat(refused.header("RateLimit")).isEqualTo("\"key\";r=0;t=1");
    Api.Answer others = stats(other);
    assertThat(others.status()).isEqualTo(200);
    assertThat(others.header("RateLimit")).isEqualTo("\"key\";r=49;t=1");
    Await.until("it may come back", Duration.ofSeconds(10), () -> stats(busy).status() == 200);
  }

  @Test
  void shouldLimitGuessesAndLetTheKeysInThatAreKnown() {
    String known = Keys.of(node, "shop", Scope.READ);
    assertThat(stats(known).status()).isEqualTo(200);

    List<Integer> guesses =
        IntStream.range(0, 30)
            .mapToObj(i -> "sb_0123456789abcdef_" + Integer.toString(i).repeat(43).substring(0, 43))
            .map(guess -> stats(guess).status())
            .toList();

    assertThat(guesses.subList(0, 10)).containsOnly(401);
    assertThat(guesses.subList(12, 30)).containsOnly(429);
    assertThat(stats(known).status()).isEqualTo(200);
  }

  @Test
  void shouldLimitCallbacksOfAnAddress() {
    List<Api.Answer> answers =
        IntStream.range(0, 20).mapToObj(i -> api.get("/v1/callbacks/none")).toList();

    assertThat(answers).extracting(Api.Answer::status).contains(404, 429).containsOnly(404, 429);
  }

  @Test
  void shouldRefuseMoreWaitsThanAProjectMayHaveUntilSomeHaveEnded() {
    Api shop = api.with(Keys.all(node, "full"));
    for (int i = 0; i < 20; i++) {
      assertThat(shop.register("wait/" + i).status()).isEqualTo(201);
    }

    Api.Answer tooMany = shop.register("one more");
    Api.Answer known = shop.register("wait/3");

    assertThat(tooMany.status()).as(tooMany.text()).isEqualTo(429);
    assertThat(tooMany.field("code")).isEqualTo("rate_limited");
    assertThat(tooMany.header("Retry-After")).isNotNull();
    assertThat(known.status()).isEqualTo(200);
    assertThat(api.with(Keys.all(node, "empty")).register("one more").status()).isEqualTo(201);
    shop.delete(Api.path("wait/0"));
    Await.until(
        "there is room again",
        Duration.ofSeconds(10),
        () -> shop.register("one more").status() == 201);
  }

  @Test
  void shouldHoldNoMoreEventsThanAProjectMayHave() {
    Api shop = api.with(Keys.all(node, "holding"));
    for (int i = 0; i < 20; i++) {
      assertThat(hold(shop, "early/" + i).status()).isEqualTo(202);
    }

    assertThat(hold(shop, "one more").status()).isEqualTo(429);
    assertThat(hold(api.with(Keys.all(node, "others")), "one more").status()).isEqualTo(202);
    shop.register("early/0");
    Await.until(
        "there is room again",
        Duration.ofSeconds(10),
        () -> hold(shop, "one more").status() == 202);
  }

  private static Api.Answer hold(Api client, String key) {
    return client.post(Api.path(key) + "/send", "{\"payload\":1,\"hold_secs\":60}");
  }

  private static List<Api.Answer> burst(String key, int count) {
    List<CompletableFuture<Api.Answer>> answers =
        IntStream.range(0, count)
            .mapToObj(i -> api.sendAsync(api.with(key).request("/v1/events/stats").GET().build()))
            .toList();
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private static Api.Answer stats(String key) {
    return api.with(key).get("/v1/events/stats");
  }
}
