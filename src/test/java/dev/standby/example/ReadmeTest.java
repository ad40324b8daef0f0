package dev.standby.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the README quotes is so. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Path EXAMPLE =
      Path.of("src/test/java/dev/standby/example/PaymentVerticle.java");

  @Test
  void shouldQuoteTheEventBusClientAsItIsTested() throws IOException {
    String source = Files.readString(EXAMPLE);

    assertThat(Files.readString(README)).contains(source.substring(source.indexOf("final class")));
  }

  @Test
  void shouldHearOfTheEventWhenTheExampleRunsInANode() {
    try (Standby node = Nodes.alone(TestPostgres.newDatabase())) {
      CompletableFuture<Object> heard = new CompletableFuture<>();
      node.vertx().eventBus().consumer("payments", message -> heard.complete(message.body()));
      node.vertx().deployVerticle(new PaymentVerticle()).await(30, TimeUnit.SECONDS);

      new Api(node.url())
          .post(Api.path("order-44/paid") + "/send", "{\"payload\":{\"paid\":true}}");

      assertThat(heard.orTimeout(30, TimeUnit.SECONDS).join())
          .isEqualTo("RECEIVED {\"paid\":true}");
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldListEverySetting() throws IOException {
    List<String> settings = new ArrayList<>();
    collect("", new YAMLMapper().readTree(Path.of("conf/standby.yaml").toFile()), settings);

    assertThat(settings).hasSizeGreaterThan(10);
    assertThat(Files.readString(README))
        .contains(
            settings.stream()
                .map(
                    setting ->
                        "| `%s` | `STANDBY_%s` |"
                            .formatted(setting, setting.replace('.', '_').toUpperCase(Locale.ROOT)))
                .toList());
  }

  private static void collect(String name, JsonNode node, List<String> into) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  collect(
                      name.isEmpty() ? field.getKey() : name + "." + field.getKey(),
                      field.getValue(),
                      into));
    } else {
      into.add(name);
    }
  }
}
