package dev.standby.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.contract.Database;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Nodes;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a URL writes it, a node that was not allowed to calls nothing on its own machine. */
@Timeout(60)
class ForbiddenAddressTest {
  private static final Set<String> REASONS =
      Set.of("the address is not allowed", "the host can't be found");

  private static final Database database = Database.create();
  private static Standby node;
  private static Hooks hooks;
  private static Receiver receiver;

  @BeforeAll
  static void start() {
    node = Nodes.alone(database.url());
    hooks = new Hooks(node.url(), database);
    receiver = Receiver.open();
  }

  @AfterAll
  static void stop() {
    node.close();
    receiver.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.2",
        "127.1",
        "127.0.1",
        "0",
        "0.0.0.0",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0x7f000001",
        "0x7f.0.0.1",
        "127.0.0.1.",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[0:0:0:0:0:ffff:7f00:0001]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[::1%25lo]",
        "[fe80::1]",
        "169.254.169.254",
        "10.0.0.1"
      })
  void shouldNotBeCalled(String host) {
    String url = "http://" + host + ":" + receiver.port() + "/";
    String key = "forbidden " + host;
    Api.Answer registered =
        hooks
            .api()
            .post("/v1/events", "{\"event_key\":\"%s\",\"notify_url\":\"%s\"}".formatted(key, url));

    if (registered.status() == 400) {
      assertThat(registered.field("detail")).contains("'notify_url'");
    } else {
      assertThat(hooks.api().post(Api.path(key) + "/send", "{}").status()).isEqualTo(200);
      Await.until("the attempt is over", Receiver.SOON, () -> hooks.delivery(key).has("error"));
      JsonNode delivery = hooks.delivery(key);
      assertThat(delivery.path("error").asText()).isIn(REASONS);
      assertThat(delivery.path("status").asText()).isEqualTo("pending");
    }
    assertThat(receiver.calls()).isEmpty();
  }
}
