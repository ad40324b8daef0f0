package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked for a key is right, or refused as the client's fault. */
class KeyBodiesTest {
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node = Nodes.start(TestPostgres.newDatabase(), Map.of("STANDBY_AUTH", "keys"));
    api = new Api(node.url()).with(Keys.all(node, "shop"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"scopes\":null}",
        "{\"scopes\":[]}",
        "{\"scopes\":{}}",
        "{\"scopes\":\"admin\"}",
        "{\"scopes\":[null]}",
        "{\"scopes\":[1]}",
        "{\"scopes\":[\"\"]}",
        "{\"scopes\":[[\"admin\"]]}",
        "{\"scopes\":[\"admin\"],\"expires_at\":\"+999999999-12-31T23:59:59Z\"}",
        "{\"scopes\":[\"admin\"],\"expires_at\":\"0000-01-01T00:00:00Z\"}",
        "{\"scopes\":[\"admin\"],\"expires_at\":\"2999-02-30T00:00:00Z\"}",
        "{\"scopes\":[\"admin\"],\"expires_at\":\"\"}",
        "{\"scopes\":[\"admin\"],\"name\":\"\"}",
        "{\"scopes\":[\"admin\"],\"name\":\"\\u0000\"}",
        "{\"scopes\":[\"admin\"],\"name\":\"\\ud800\"}",
        "{\"scopes\":[\"admin\"],\"event_key_prefix\":\"\"}",
        "{\"scopes\":[\"admin\"],\"event_key_prefix\":1}",
        "{\"scopes\":[\"admin\"],\"id\":\"x\"}"
      })
  void shouldRefuseWhatIsNoRequestForAKey(String body) {
    Api.Answer answer = api.post("/v1/keys", body);

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
  }

  @Test
  void shouldRefuseScopesThatNoParserShouldHaveToRead() {
    for (String element : new String[] {"1".repeat(5000), "{\"" + "x".repeat(60_000) + "\":1}"}) {
      Api.Answer answer = api.post("/v1/keys", "{\"scopes\":[" + element + "]}");

      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(answer.field("detail")).startsWith("'scopes' must be");
    }
  }

  @Test
  void shouldTakeAScopeThatIsNamedManyTimes() {
    String scopes = "\"events:read\",".repeat(50_000) + "\"admin\"";

    Api.Answer answer = api.post("/v1/keys", "{\"scopes\":[" + scopes + "]}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    assertThat(answer.json().path("scopes")).isEqualTo(Api.json("[\"events:read\",\"admin\"]"));
  }
}
