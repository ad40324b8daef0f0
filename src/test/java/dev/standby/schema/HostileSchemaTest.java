package dev.standby.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.trigger.Fault;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Schemas, and payloads for them, that are made to be slow: each costs a bounded amount of work.
 */
class HostileSchemaTest {
  /**
   * Processor time of the thread; the whole budget is about an eighth of that on a machine like our
   * own.
   */
  private static final long MAX_CPU_MILLIS = 2_000;

  private static final int DOUBLINGS = 40;

  static Stream<Arguments> slowPairs() {
    return Stream.of(
        Arguments.of("2^40 schemas by allOf", doubling("allOf"), "\"a\""),
        Arguments.of("2^40 schemas by anyOf", doubling("anyOf"), "1"),
        Arguments.of("2^40 schemas by oneOf", doubling("oneOf"), "\"a\""),
        Arguments.of(
            "2^40 schemas, each of which tells what it has seen",
            "{\"unevaluatedProperties\":false," + doubling("allOf").substring(1),
            "{\"a\":1}"),
        Arguments.of(
            "2^500 elements",
            "{\"allOf\":[{\"items\":{\"$ref\":\"#\"}},{\"items\":{\"$ref\":\"#\"}}]}",
            "[".repeat(500) + "]".repeat(500)),
        Arguments.of(
            "one array, sorted 2 000 times",
            allOf(2_000, "{\"uniqueItems\":true}"),
            array(1_000, i -> "\"" + "a".repeat(900) + i + "\"")),
        Arguments.of(
            "100 000 elements, looked through 2 000 times",
            allOf(2_000, "{\"contains\":{\"const\":2}}"),
            array(100_000, i -> "1")),
        Arguments.of(
            "200 000 elements, noted as seen 3 000 times",
            "{\"unevaluatedItems\":false," + allOf(3_000, "{\"items\":true}").substring(1),
            array(200_000, i -> "1")),
        Arguments.of(
            "3 000 patterns for each of 3 000 members",
            "{\"patternProperties\":{" + members(3_000, i -> "\"a" + i + "\":true") + "}}",
            "{" + members(3_000, i -> "\"b" + i + "\":1") + "}"),
        Arguments.of(
            "a large program at each character",
            "{\"pattern\":\"(\\\\p{L}|\\\\p{Lu}|\\\\p{Ll}){0,300}!\"}",
            "\"" + "\u05d0".repeat(300_000) + "\""),
        Arguments.of(
            "a number of 130 000 digits, divided 3 000 times",
            allOf(3_000, "{\"multipleOf\":3}"),
            "9".repeat(130_000)),
        Arguments.of(
            "the meta-schema, for a payload of 300 000 schemas",
            "{\"$ref\":\"https://json-schema.org/draft/2020-12/schema\"}",
            allOf(300_000, "{}")));
  }

  /** With a part of the budget, to be done sooner. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("slowPairs")
  void whatTakesTooMuchWorkShouldBeGivenUpAfterABoundedAmountOfIt(
      String name, String schema, String payload) {
    PayloadSchema usable = PayloadSchema.of(schema);
    Budget budget = new Budget(Budget.FULL / 5);
    assertThat(
            cpuMillis(
                () ->
                    assertThatThrownBy(() -> usable.faults(payload, budget))
                        .isInstanceOf(Budget.Overrun.class)))
        .isLessThan(MAX_CPU_MILLIS / 2);
  }

  @Test
  void whatIsGivenUpShouldBeRefused() {
    PayloadSchema schema = PayloadSchema.of(doubling("allOf"));
    assertThat(
            cpuMillis(
                () ->
                    assertThatThrownBy(() -> schema.faults("\"a\""))
                        .isInstanceOfSatisfying(
                            Rejection.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.VALIDATION_FAILED))
                        .hasMessage(
                            "Whether the payload fits the trigger's 'payload_schema' can't be told:"
                                + " too much work")))
        .isLessThan(MAX_CPU_MILLIS);
  }

  static Stream<Arguments> quickPairs() {
    return Stream.of(
        Arguments.of(
            "a pattern that backtracks", "{\"pattern\":\"^(a+)+$\"}", quoted("a", 800_000)),
        Arguments.of(
            "strings whose hashes are equal",
            "{\"uniqueItems\":true,\"minItems\":99999}",
            colliding()),
        Arguments.of("a million faults", "{\"items\":false}", array(500_000, i -> "1")),
        Arguments.of(
            "faults with long pointers",
            "{\"additionalProperties\":{\"items\":false}}",
            "{" + quoted("k", 500_000) + ":" + array(200_000, i -> "1") + "}"),
        Arguments.of("numbers that no memory holds", "{\"multipleOf\":7}", "1e99999999"),
        Arguments.of(
            "an enum of 10 000, for 100 000 elements",
            "{\"items\":{\"enum\":" + array(10_000, Integer::toString) + "}}",
            array(100_000, i -> "-1")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("quickPairs")
  void whatIsSlowElsewhereShouldBeJudged(String name, String schema, String payload) {
    assertThat(
            cpuMillis(
                () -> {
                  List<Fault> faults = PayloadSchema.of(schema).faults(payload);
                  assertThat(faults).isNotEmpty().hasSizeLessThanOrEqualTo(100);
                  assertThat(faults.toString()).hasSizeLessThan(150_000);
                }))
        .isLessThan(MAX_CPU_MILLIS);
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of("{\"title\":" + quoted("a", 65_536) + "}", "longer than 65536 characters"),
        Arguments.of("{\"$ref\":\"#\"}", "leads back to itself without end"),
        Arguments.of(
            "{\"$defs\":{\"a\":{\"anyOf\":[{\"$ref\":\"#/$defs/b\"}]},"
                + "\"b\":{\"not\":{\"$ref\":\"#/$defs/a\"}}}}",
            "leads back to itself without end"),
        Arguments.of(
            "{\"not\":".repeat(5_000) + "{}" + "}".repeat(5_000), "nested deeper than 200"),
        Arguments.of("[".repeat(60_000), "nested deeper than 200"),
        Arguments.of("{\"pattern\":\"((a{1000}){1000}){1000}\"}", "it is too large"),
        Arguments.of("{\"pattern\":\"((|a){50}|){50}\"}", "it is too large"),
        Arguments.of(
            "{\"pattern\":\"" + "(".repeat(30_000) + "\"}", "groups nested deeper than 50"),
        Arguments.of(
            "{\"pattern\":\"[" + "\\\\p{L}\\\\P{Lu}".repeat(4_500) + "]\"}", "takes too much work"),
        Arguments.of(
            "{\"allOf\":[" + members(25, i -> "{\"pattern\":\"a{1000}\"}") + "]}",
            "makes the patterns of the schema too large together"),
        Arguments.of("{\"multipleOf\":" + "7".repeat(600) + "}", "more than 500 digits"),
        Arguments.of("{\"minimum\":1e9999999999}", "number out of range"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("unusable")
  void aSchemaThatCannotBeBoundedShouldBeRefused(String schema, String why) {
    assertThat(
            cpuMillis(
                () ->
                    assertThatThrownBy(() -> PayloadSchema.of(schema))
                        .isInstanceOfSatisfying(
                            Rejection.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.BAD_REQUEST))
                        .hasMessageStartingWith("'payload_schema' can't be used: ")
                        .hasMessageContaining(why)))
        .isLessThan(MAX_CPU_MILLIS);
  }

  @Test
  void aDeepStackShouldNotBeOverrun() throws InterruptedException {
    Throwable[] thrown = new Throwable[1];
    PayloadSchema schema = PayloadSchema.of("{\"$dynamicAnchor\":\"a\",\"$dynamicRef\":\"#a\"}");
    Thread shallow =
        new Thread(
            null,
            () ->
                thrown[0] =
                    org.assertj.core.api.Assertions.catchThrowable(() -> schema.faults("1")),
            "shallow",
            64 * 1024);
    shallow.start();
    shallow.join();
    assertThat(thrown[0]).isInstanceOf(Rejection.class).hasMessageContaining("nested too deep");
  }

  @Test
  void theVerdictShouldBeTheSameEachTime() {
    PayloadSchema schema = PayloadSchema.of("{\"items\":{\"multipleOf\":3}}");
    String payload = array(6_000, i -> Integer.toString(3 * i));
    assertThat(Stream.generate(() -> schema.faults(payload)).limit(3)).containsOnly(List.of());
  }

  private static long cpuMillis(Runnable work) {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1_000_000;
  }

  static String doubling(String keyword) {
    return "{\"$ref\":\"#/$defs/d0\",\"$defs\":{"
        + members(
            DOUBLINGS,
            i ->
                String.format(
                    "\"d%d\":{\"%s\":[{\"$ref\":\"#/$defs/d%d\"},{\"$ref\":\"#/$defs/d%d\"}]}",
                    i, keyword, i + 1, i + 1))
        + ",\"d"
        + DOUBLINGS
        + "\":{\"type\":[\"string\",\"object\"],\"properties\":{\"a\":true}}}}";
  }

  private static String allOf(int times, String schema) {
    return "{\"allOf\":[" + members(times, i -> schema) + "]}";
  }

  private static String array(int size, IntFunction<String> element) {
    return "[" + members(size, element) + "]";
  }

  private static String members(int count, IntFunction<String> member) {
    return IntStream.range(0, count).mapToObj(member).collect(Collectors.joining(","));
  }

  private static String quoted(String text, int times) {
    return "\"" + text.repeat(times) + "!\"";
  }

  private static String colliding() {
    return array(
        1 << 14,
        i ->
            IntStream.range(0, 14)
                .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
                .collect(Collectors.joining("", "\"", "\"")));
  }
}
