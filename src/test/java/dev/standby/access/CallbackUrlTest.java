package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A callback link leads to where the node is reached from outside. */
class CallbackUrlTest {
  private static final String REGISTRATION = "{\"event_key\":\"k\",\"callback\":true}";

  @Test
  void shouldBeginWithThePublicUrlWhenThatIsSet() {
    assertThat(url(Map.of("STANDBY_HTTP_PUBLIC_URL", "https://wait.example.com/base"), "a.example"))
        .startsWith("https://wait.example.com/base/v1/callbacks/");
  }

  @Test
  void shouldBeginWithTheWayThatTheRequestTookWhenItIsNotSet() {
    assertThat(url(Map.of("STANDBY_HTTP_TRUSTED_PROXIES", "127.0.0.1"), "wait.example.com"))
        .startsWith("https://wait.example.com/v1/callbacks/");
  }

  @Test
  void shouldNotBelieveWhoIsNoProxy() {
    try (Standby node = Nodes.alone(TestPostgres.newDatabase())) {
      assertThat(register(node, "evil.example")).startsWith(node.url() + "/v1/callbacks/");
    }
  }

  private static String url(Map<String, String> settings, String host) {
    try (Standby node = Nodes.start(TestPostgres.newDatabase(), settings)) {
      return register(node, host);
    }
  }

  private static String register(Standby node, String host) {
    Api api = new Api(node.url());
    return api.send(
            api.request("/v1/events")
                .header("Content-Type", "application/json")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", host)
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(REGISTRATION))
                .build())
        .field("callback_url");
  }
}
