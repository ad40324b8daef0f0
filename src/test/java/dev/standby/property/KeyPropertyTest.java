package dev.standby.property;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Keys over HTTP: any that the contract allows works everywhere, any other is refused. */
class KeyPropertyTest {
  private static final Set<String> UNREACHABLE = Set.of("stats", ".", "..");

  private static Standby node;
  private static Api api;

  @BeforeContainer
  static void start() {
    node = Nodes.alone(TestPostgres.newDatabase());
    api = new Api(node.url());
  }

  @AfterContainer
  static void stop() {
    node.close();
  }

  @Property(tries = 250, shrinking = ShrinkingMode.BOUNDED)
  void shouldWorkEverywhereOrBeRefused(@ForAll("keys") String key) {
    Api.Answer registered = api.register(key);

    if (legal(key)) {
      assertThat(registered.status()).as(registered.text()).isEqualTo(201);
      assertThat(registered.field("event_key")).isEqualTo(key);
      assertThat(api.get(registered.header("Location")).text()).isEqualTo(registered.text());
      try (SseReader stream = SseReader.open(api, key)) {
        assertThat(stream.next().data()).isEqualTo(registered.text());
        Api.Answer sent = api.post(Api.path(key) + "/send", "{}");
        assertThat(sent.status()).isEqualTo(200);
        assertThat(stream.next().data()).isEqualTo(sent.text());
      }
      assertThat(api.delete(Api.path(key)).status()).isEqualTo(409);
    } else {
      assertThat(registered.status()).as(registered.text()).isEqualTo(400);
      assertThat(registered.field("code")).isEqualTo("bad_request");
    }
  }

  private static boolean legal(String key) {
    int length = key.codePointCount(0, key.length());
    return length >= 1
        && length <= 512
        && !UNREACHABLE.contains(key)
        && key.codePoints().noneMatch(c -> c < 0x20 || c == 0x7f);
  }

  @Provide
  Arbitrary<String> keys() {
    Arbitrary<Integer> any =
        Arbitraries.integers()
            .between(0, Character.MAX_CODE_POINT)
            .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
    Arbitrary<Integer> ascii = Arbitraries.integers().between(0x1e, 0x80);
    Arbitrary<Integer> visible = Arbitraries.integers().between(0x20, 0x7e);
    return Arbitraries.oneOf(
        text(any, 8),
        text(any.filter(c -> c > 0x7f), 520),
        text(ascii, 30),
        text(visible, 530),
        Arbitraries.of("/", "%", "?", "#", ".", "\\", "+", " ", "stats", "prefix", "send", "%2F")
            .list()
            .ofMaxSize(6)
            .map(parts -> String.join("", parts)),
        Arbitraries.of(511, 512, 513).flatMap(n -> text(any.filter(c -> c > 0x7f), n, n)));
  }

  private static Arbitrary<String> text(Arbitrary<Integer> codePoints, int max) {
    return text(codePoints, 0, max);
  }

  private static Arbitrary<String> text(Arbitrary<Integer> codePoints, int min, int max) {
    return codePoints
        .list()
        .ofMinSize(min)
        .ofMaxSize(max)
        .map(
            list ->
                list.stream()
                    .collect(
                        StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString());
  }
}
