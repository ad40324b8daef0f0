package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A key that is revoked, or has expired, is refused on every node soon, however much it is used.
 */
@Timeout(60)
class RevocationTest {
  /** Within two seconds, says the contract. */
  private static final long LIMIT_NANOS = Duration.ofSeconds(2).toNanos();

  private static final Map<String, String> SETTINGS =
      Map.of("STANDBY_AUTH", "keys", "STANDBY_LIMITS_FAILED_LOGINS_PER_MINUTE", "0");

  private static List<Standby> nodes;
  private static List<Api> apis;

  @BeforeAll
  static void start() {
    String database = TestPostgres.newDatabase();
    nodes = IntStream.range(0, 2).mapToObj(i -> Nodes.start(database, SETTINGS)).toList();
    apis = nodes.stream().map(node -> new Api(node.url())).toList();
  }

  @AfterAll
  static void stop() {
    nodes.forEach(Standby::close);
  }

  @Test
  void shouldBeRefusedOnEveryNodeSoonWhenItIsRevokedThroughOne() {
    String key = Keys.all(nodes.get(0), "shop");
    String admin = Keys.all(nodes.get(0), "shop");
    apis.forEach(api -> assertThat(stats(api, key)).isEqualTo(200));

    apis.get(0).with(admin).delete("/v1/keys/" + Keys.id(key));
    long revoked = System.nanoTime();

    // Each goes on asking, so that each remembers the key for as long as it ever does.
    for (Api api : apis) {
      Await.until("the key is refused", Duration.ofSeconds(10), () -> refused(api, key));
    }
    assertThat(System.nanoTime() - revoked).isLessThan(LIMIT_NANOS);
  }

  @Test
  void shouldEndItsStreamsWhenItIsRevoked() {
    String key = Keys.all(nodes.get(0), "shop");
    String other = Keys.all(nodes.get(0), "shop");
    apis.get(0).with(key).register("watched");
    try (SseReader mine = SseReader.open(apis.get(1).with(key), "watched");
        SseReader another = SseReader.open(apis.get(1).with(other), "watched")) {
      assertThat(mine.next().status()).isEqualTo("waiting");
      assertThat(another.next().status()).isEqualTo("waiting");

      Keys.revoke(nodes.get(0), key);

      assertThat(mine.next()).isNull();
      apis.get(0).with(other).delete(Api.path("watched"));
      assertThat(another.next().status()).isEqualTo("canceled");
    }
  }

  @Test
  void shouldEndItsFeedsWhenItIsRevoked() {
    String key = Keys.all(nodes.get(0), "shop");
    try (SseReader feed = SseReader.open(apis.get(1).with(key).request("/v1/events"))) {
      apis.get(0).with(key).register("fed");
      assertThat(feed.next().status()).isEqualTo("waiting");

      Keys.revoke(nodes.get(0), key);

      assertThat(feed.next()).isNull();
    }
  }

  @Test
  void shouldBeRefusedWhenItHasExpired() {
    String key = Keys.lasting(nodes.get(0), "shop", 1000);
    assertThat(stats(apis.get(0), key)).isEqualTo(200);

    Await.until("the key is refused", Duration.ofSeconds(10), () -> refused(apis.get(0), key));
  }

  /** Whether it is refused on each of the node's event loops. */
  private static boolean refused(Api api, String key) {
    return IntStream.range(0, 20).allMatch(i -> stats(api, key) == 401);
  }

  private static int stats(Api api, String key) {
    return api.with(key).get("/v1/events/stats").status();
  }
}
