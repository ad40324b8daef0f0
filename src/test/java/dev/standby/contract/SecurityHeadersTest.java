package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer says that it is what it says it is, and pages let nobody frame them. */
@Timeout(60)
class SecurityHeadersTest {
  private static Standby node;
  private static Api api;
  private static RawHttp raw;

  @BeforeAll
  static void start() {
    node =
        Nodes.start(
            TestPostgres.newDatabase(), Map.of("STANDBY_HTTP_CORS_ORIGINS", "https://app.example"));
    api = new Api(node.url());
    raw = new RawHttp(node.url());
    api.register("known");
    api.register("ended");
    api.delete("/v1/events/ended");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/events/known",
        "GET /v1/events/stats",
        "GET /v1/events/ended/stream",
        "GET /v1/events/none",
        "GET /v1/events?limit=0",
        "PATCH /v1/events",
        "POST /v1/events",
        "POST /v1/events/known/send?x=1",
        "GET /nowhere",
        "GET /docs/nowhere",
        "GET /health/ready",
        "GET /health/live",
        "GET /openapi.yaml",
        "GET /docs",
        "OPTIONS *"
      })
  void shouldSayThatNothingIsToBeGuessedOrKept(String line) {
    String answer = answer(line);

    assertThat(answer).contains("\r\nx-content-type-options: nosniff\r\n");
    assertThat(answer).contains("\r\ncache-control: no-store\r\n");
    assertThat(answer).doesNotContain("strict-transport-security");
  }

  @Test
  void shouldLetBrowsersKeepTheFilesOfThePage() {
    Matcher files = Pattern.compile("(href|src)=\"(/docs/[^\"]+)").matcher(api.get("/docs").text());
    while (files.find()) {
      String file = files.group(2);

      String answer = answer("GET " + file);

      assertThat(answer).contains("http/1.1 200 ok\r\n");
      assertThat(answer).contains("\r\nx-content-type-options: nosniff\r\n");
      assertThat(answer).doesNotContain("no-store");
    }
  }

  @Test
  void shouldLetNobodyFrameThePage() {
    Api.Answer page = api.get("/docs");

    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'self'")
        .contains("frame-ancestors 'none'");
    assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
    assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\nBad Name: x\r\n\r\n"})
  void shouldSaySoToWhatIsNoHttp(String request) {
    RawHttp.Answer answer = raw.send(RawHttp.bytes(request));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text().toLowerCase(Locale.ROOT)).contains("x-content-type-options: nosniff");
  }

  private static String answer(String line) {
    return raw.line(line + " HTTP/1.1").text().toLowerCase(Locale.ROOT);
  }
}
