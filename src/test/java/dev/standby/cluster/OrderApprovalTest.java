package dev.standby.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.example.OrderApproval;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of an application that is no node does what it says, in a process of its own. */
class OrderApprovalTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void shouldPrintTheApprovalAndEndWhenItIsSentOnAnyNode() throws Exception {
    TestCluster cluster = TestCluster.shared();
    Api api = cluster.api(1);
    Path output = folder.resolve("output");
    Process application =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OrderApproval.class.getName(),
                "42",
                String.join(",", cluster.members()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      Await.until(
          "the application waits",
          LIMIT,
          () -> !application.isAlive() || text(output).contains("Waiting for order/42/approved"));

      JsonNode sent =
          api.post("/v1/events/order%2F42%2Fapproved/send", "{\"payload\":{\"by\":\"ann\"}}")
              .json();

      assertThat(sent.path("request_payload").path("order").asText()).isEqualTo("42");
      assertThat(application.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(text(output)).contains("Order 42: RECEIVED {\"by\":\"ann\"}");
      assertThat(application.exitValue()).isZero();
    } finally {
      application.destroyForcibly();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
