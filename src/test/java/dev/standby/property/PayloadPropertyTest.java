package dev.standby.property;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.contract.SseReader;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Payloads over HTTP: what comes back is what was sent, or is refused exactly when PostgreSQL can't
 * store it, which PostgreSQL itself is asked for.
 */
class PayloadPropertyTest {
  private static final int MAX_DEPTH = 500;
  private static final AtomicInteger keys = new AtomicInteger();

  private static Standby node;
  private static Api api;
  private static Connection postgres;

  @BeforeContainer
  static void start() throws SQLException {
    String database = TestPostgres.newDatabase();
    node = Nodes.alone(database);
    api = new Api(node.url());
    postgres = TestPostgres.connect(database);
  }

  @AfterContainer
  static void stop() throws SQLException {
    postgres.close();
    node.close();
  }

  @Property(tries = 200, shrinking = ShrinkingMode.BOUNDED)
  void shouldKeepOrRefuseAnyPayload(@ForAll("payloads") String payload) throws SQLException {
    check(payload);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
  void shouldKeepOrRefuseAnyNumber(@ForAll("numbers") String payload) throws SQLException {
    check(payload);
  }

  @Property(tries = 30, shrinking = ShrinkingMode.BOUNDED)
  void shouldKeepOrRefuseAnyNesting(@ForAll("nested") String payload) throws SQLException {
    check(payload);
  }

  @Example
  void shouldKeepWideAndLongValues() throws SQLException {
    check("[" + "1,".repeat(100_000) + "2]");
    check("{" + names(20_000) + "\"last\":[]}");
    check("{\"" + "n".repeat(200_000) + "\":\"" + "v".repeat(200_000) + "\"}");
    check("\"" + "\\\\u0000".repeat(1000) + "\"");
    check("[" + " ".repeat(100_000) + "]");
    check("{\"a\":1,\"a\":2}");
  }

  private static void check(String payload) throws SQLException {
    String key = "payload-" + keys.incrementAndGet();
    String registered = api.register(key).text();
    try (SseReader stream = SseReader.open(api, key)) {
      assertThat(stream.next().data()).isEqualTo(registered);

      Api.Answer sent = api.post(Api.path(key) + "/send", "{\"payload\":" + payload + "}");

      if (storable(payload)) {
        assertThat(sent.status()).as(sent.text()).isEqualTo(200);
        assertThat(sent.json().get("response_payload")).isEqualTo(Api.json(payload));
        assertThat(api.get(Api.path(key)).text()).isEqualTo(sent.text());
        assertThat(stream.next().data()).isEqualTo(sent.text());
        assertThat(registeredWith(payload)).isEqualTo(201);
      } else {
        assertThat(sent.status()).as(sent.text()).isEqualTo(400);
        assertThat(sent.field("code")).isEqualTo("bad_request");
        assertThat(api.get(Api.path(key)).text()).isEqualTo(registered);
        assertThat(registeredWith(payload)).isEqualTo(400);
      }
    }
  }

  private static int registeredWith(String payload) {
    return api.post(
            "/v1/events",
            "{\"event_key\":\"with-%d\",\"request_payload\":%s}"
                .formatted(keys.incrementAndGet(), payload))
        .status();
  }

  /** PostgreSQL's jsonb checks what its json lets through; only the depth is a limit of ours. */
  private static boolean storable(String payload) throws SQLException {
    try (PreparedStatement select = postgres.prepareStatement("SELECT ?::jsonb")) {
      select.setString(1, payload);
      select.execute();
    } catch (SQLException e) {
      if (e.getSQLState().startsWith("22")) {
        return false;
      }
      throw e;
    }
    return depth(payload) <= MAX_DEPTH;
  }

  private static int depth(String json) {
    int depth = 0;
    int deepest = 0;
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (inString && c == '\\') {
        i++;
      } else if (c == '"') {
        inString = !inString;
      } else if (!inString && (c == '[' || c == '{')) {
        deepest = Math.max(deepest, ++depth);
      } else if (!inString && (c == ']' || c == '}')) {
        depth--;
      }
    }
    return deepest;
  }

  @Provide
  Arbitrary<String> payloads() {
    return Combinators.combine(Json.values(), Arbitraries.longs())
        .as((value, seed) -> Json.spell(value, new Random(seed)));
  }

  @Provide
  Arbitrary<String> numbers() {
    Arbitrary<String> whole =
        Arbitraries.of(1, 2, 20, 1000, 131_071, 131_072, 131_073, 200_000)
            .map(digits -> "1" + "7".repeat(digits - 1));
    Arbitrary<String> zero = Arbitraries.just("0");
    Arbitrary<String> fraction =
        Arbitraries.oneOf(
            Arbitraries.just(""),
            Arbitraries.of(1, 15, 1000, 16_382, 16_383, 16_384).map(n -> "." + "3".repeat(n)),
            Arbitraries.of(1, 100, 16_382, 16_383).map(n -> "." + "0".repeat(n - 1) + "1"),
            Arbitraries.of(1, 16_383, 16_384).map(n -> "." + "0".repeat(n)));
    Arbitrary<String> exponent =
        Arbitraries.oneOf(
            Arbitraries.just(""),
            Arbitraries.of(
                    "0",
                    "+0",
                    "-0",
                    "5",
                    "+05",
                    "-16382",
                    "-16383",
                    "-16384",
                    "131070",
                    "131071",
                    "131072",
                    "+131073",
                    "200000",
                    "-200000",
                    "000000000000000000007",
                    "999999999999")
                .map(e -> "e" + e),
            Arbitraries.integers().between(-140_000, 140_000).map(e -> "E" + e));
    return Combinators.combine(
            Arbitraries.of("", "-"), Arbitraries.oneOf(zero, whole), fraction, exponent)
        .as((sign, digits, rest, power) -> sign + digits + rest + power);
  }

  @Provide
  Arbitrary<String> nested() {
    return Combinators.combine(
            Arbitraries.oneOf(
                Arbitraries.integers().between(1, 600), Arbitraries.of(499, 500, 501)),
            Arbitraries.longs())
        .as(PayloadPropertyTest::nested);
  }

  private static String nested(int depth, long seed) {
    Random random = new Random(seed);
    StringBuilder open = new StringBuilder();
    StringBuilder close = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      boolean array = random.nextBoolean();
      open.append(array ? "[" : "{\"a[{\":");
      close.insert(0, array ? ",0]" : "}");
    }
    return open + "\"]}\"" + close;
  }

  private static String names(int count) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < count; i++) {
      names.append("\"n").append(i).append("\":").append(i).append(',');
    }
    return names.toString();
  }
}
