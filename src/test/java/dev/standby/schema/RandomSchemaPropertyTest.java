package dev.standby.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.trigger.Rejection;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever the schema and the payload, there is a verdict or a refusal, and nothing else. */
class RandomSchemaPropertyTest {
  private static final List<String> ODD =
      List.of(
          "\"#\"",
          "\"#/$defs/a\"",
          "\"#a\"",
          "\"a\"",
          "\"(a|b*)+$\"",
          "\"[\"",
          "\"\\\\\"",
          "\"x{2,\"",
          "1",
          "0",
          "-1.5",
          "1e999999999",
          "1e-400",
          "true",
          "null",
          "[]",
          "{}",
          "[\"a\",\"a\"]",
          "\"integer\"",
          "[\"object\",\"null\"]",
          "\"https://json-schema.org/draft/2020-12/schema\"");

  private static final List<String> KEYWORDS =
      List.of(
          "$ref",
          "$dynamicRef",
          "$id",
          "$anchor",
          "$dynamicAnchor",
          "$defs",
          "$schema",
          "a",
          "allOf",
          "anyOf",
          "oneOf",
          "not",
          "if",
          "then",
          "else",
          "properties",
          "patternProperties",
          "additionalProperties",
          "propertyNames",
          "items",
          "prefixItems",
          "contains",
          "minContains",
          "maxContains",
          "unevaluatedItems",
          "unevaluatedProperties",
          "dependentSchemas",
          "dependentRequired",
          "required",
          "type",
          "enum",
          "const",
          "multipleOf",
          "maximum",
          "minLength",
          "maxLength",
          "pattern",
          "uniqueItems",
          "maxItems",
          "minProperties");

  @Property(tries = 1_500)
  void thereShouldBeAVerdictOrARefusal(
      @ForAll("json") String schema, @ForAll("json") String payload) {
    try {
      assertThat(PayloadSchema.of(schema).faults(payload)).hasSizeLessThanOrEqualTo(100);
    } catch (Rejection e) {
      assertThat(e).hasMessageContaining("payload_schema");
    }
  }

  @Property(tries = 1_500)
  void aPatternShouldBeUsedOrRefused(@ForAll("patterns") String pattern) {
    try {
      Regex.of(pattern, null, new Budget(Budget.FULL)).find("ab1-é\n", new Budget(Budget.FULL));
    } catch (Refusal e) {
      assertThat(e).hasMessageStartingWith("is a pattern that can't be used: ");
    }
  }

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.of(
            "a", "b", ".", "*", "+", "?", "{2}", "{2,", "}", "(", ")", "(?:", "(?", "|", "[", "]",
            "^", "$", "-", "\\", "\\d", "\\p{L}", "\\u", "0041", "é", ",", "1", "(?<n>", "\\b",
            "&&")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> json() {
    return value(4);
  }

  private static Arbitrary<String> value(int depth) {
    if (depth == 0) {
      return Arbitraries.of(ODD);
    }
    Arbitrary<String> inner = Arbitraries.lazy(() -> value(depth - 1));
    Arbitrary<String> array =
        inner.list().ofMaxSize(3).map(all -> "[" + String.join(",", all) + "]");
    Arbitrary<String> object =
        Combinators.combine(Arbitraries.of(KEYWORDS), inner)
            .as((name, value) -> "\"" + name + "\":" + value)
            .list()
            .ofMaxSize(5)
            .map(members -> members.stream().distinct().collect(Collectors.joining(",", "{", "}")));
    return Arbitraries.frequencyOf(
        Tuple.of(2, Arbitraries.of(ODD)), Tuple.of(1, array), Tuple.of(4, object));
  }
}
