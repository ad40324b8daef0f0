package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of other origins may use the API from a browser when the settings name them. */
@Timeout(60)
class CorsTest {
  private static final String APP = "https://app.example";
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final List<Standby> nodes = new ArrayList<>();

  private static Api without;
  private static Api some;
  private static Api all;

  @BeforeAll
  static void start() {
    String database = TestPostgres.newDatabase();
    without = node(database, "");
    some = node(database, "https://other.example:8443," + APP);
    all = node(database, "*");
    without.register("known");
  }

  private static Api node(String database, String origins) {
    Standby node = Nodes.start(database, Map.of("STANDBY_HTTP_CORS_ORIGINS", origins));
    nodes.add(node);
    return new Api(node.url());
  }

  @AfterAll
  static void stop() {
    nodes.forEach(Standby::close);
  }

  @Test
  void shouldSayNothingOfOtherOriginsByDefault() {
    Api.Answer answer = ask(without, "GET", "/v1/events/known", APP);
    Api.Answer preflight = preflight(without, "/v1/events/known", "GET", APP);

    assertThat(preflight.status()).isEqualTo(405);
    for (Api.Answer each : List.of(answer, preflight)) {
      assertThat(each.headers().map().keySet())
          .noneMatch(name -> name.startsWith("access-control"))
          .doesNotContain("vary");
    }
  }

  @Test
  void shouldLetANamedOriginReadTheAnswer() {
    Api.Answer answer = ask(some, "GET", "/v1/events/known", APP);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo(APP);
    assertThat(answer.header("Vary")).isEqualTo("Origin");
    assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
    assertThat(answer.header("Access-Control-Expose-Headers").split(", "))
        .containsExactlyInAnyOrder(
            "Location",
            "X-Request-Id",
            "Retry-After",
            "RateLimit",
            "RateLimit-Policy",
            "Preference-Applied",
            "Idempotency-Replayed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/events/none", "/nowhere", "/v1/events?limit=0"})
  void shouldLetANamedOriginReadWhatIsWrong(String path) {
    assertThat(ask(some, "GET", path, APP).header(ALLOW_ORIGIN)).isEqualTo(APP);
  }

  @Test
  void shouldLetANamedOriginReadAStream() {
    without.register("ended");
    without.delete("/v1/events/ended");

    assertThat(ask(some, "GET", "/v1/events/ended/stream", APP).header(ALLOW_ORIGIN))
        .isEqualTo(APP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.evil.example",
        "http://app.example",
        "https://app.example:444",
        "HTTPS://APP.EXAMPLE",
        "null",
        "*"
      })
  void shouldNotLetAnyOtherOriginReadTheAnswer(String origin) {
    Api.Answer answer = ask(some, "GET", "/v1/events/known", origin);
    Api.Answer preflight = preflight(some, "/v1/events/known", "DELETE", origin);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(preflight.status()).isEqualTo(405);
    assertThat(answer.header(ALLOW_ORIGIN)).isNull();
    assertThat(preflight.header(ALLOW_ORIGIN)).isNull();
    assertThat(answer.header("Vary")).isEqualTo("Origin");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/events|GET, POST",
        "/v1/events/known|GET, DELETE, PATCH",
        "/v1/events/a%2Fb/send|POST",
        "/v1/events/known/stream|GET"
      })
  void shouldAnswerTheBrowserThatAsksFirst(String path, String methods) {
    Api.Answer answer = preflight(some, path, "POST", APP);

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.text()).isEmpty();
    assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo(APP);
    assertThat(answer.header("Vary")).isEqualTo("Origin");
    assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo(methods);
    assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("7200");
    assertThat(answer.header("X-Request-Id")).isNotNull();
    assertThat(answer.header("Access-Control-Allow-Headers").split(", "))
        .containsExactlyInAnyOrder(
            "Authorization",
            "Content-Type",
            "Last-Event-ID",
            "Idempotency-Key",
            "X-Request-Id",
            "Prefer");
  }

  @Test
  void shouldNotTakeEveryOptionsForTheBrowsersQuestion() {
    assertThat(ask(some, "OPTIONS", "/v1/events/known", APP).status()).isEqualTo(405);
    assertThat(preflight(some, "/nowhere", "GET", APP).status()).isEqualTo(404);
  }

  @Test
  void shouldLetEveryOriginReadWhenAllAreNamed() {
    Api.Answer answer = ask(all, "GET", "/v1/events/known", "https://any.example");
    Api.Answer preflight = preflight(all, "/v1/events/known", "DELETE", "null");

    assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo("*");
    assertThat(answer.header("Vary")).isNull();
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header(ALLOW_ORIGIN)).isEqualTo("*");
  }

  @Test
  void shouldSayNothingToWhoIsNoBrowser() {
    assertThat(all.get("/v1/events/known").header(ALLOW_ORIGIN)).isNull();
    assertThat(some.get("/v1/events/known").header(ALLOW_ORIGIN)).isNull();
  }

  @Test
  void shouldLetEveryOriginUseCallbacks() {
    assertThat(ask(without, "POST", "/v1/callbacks/some", APP).header(ALLOW_ORIGIN)).isEqualTo("*");
  }

  private static Api.Answer ask(Api api, String method, String path, String origin) {
    return api.send(request(api, method, path, origin).build());
  }

  private static Api.Answer preflight(Api api, String path, String method, String origin) {
    return api.send(
        request(api, "OPTIONS", path, origin)
            .header("Access-Control-Request-Method", method)
            .header("Access-Control-Request-Headers", "authorization,content-type")
            .build());
  }

  private static HttpRequest.Builder request(Api api, String method, String path, String origin) {
    return api.request(path).method(method, BodyPublishers.noBody()).header("Origin", origin);
  }
}
