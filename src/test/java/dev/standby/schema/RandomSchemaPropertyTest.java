package dev.standby.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.trigger.Rejection;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever the schema and the payload, there is a verdict or a refusal, and nothing else. */
class RandomSchemaPropertyTest {
  /** Values of payloads, and of keywords that they do not fit. */
  private static final String[] ODD = {
    "1", "0", "-1.5", "1e999999999", "1e-400", "true", "null", "[]", "{}", "\"a\"", "[\"a\",\"a\"]"
  };

  /** Keywords with values that they may have; {@code @} stands for a schema. */
  private static final String[] FITTING = {
    "'$ref':'#/$defs/a'",
    "'$ref':'#'",
    "'$ref':'#a'",
    "'$ref':'https://json-schema.org/draft/2020-12/schema'",
    "'$dynamicRef':'#a'",
    "'$dynamicRef':'#/$defs/a'",
    "'$anchor':'a'",
    "'$dynamicAnchor':'a'",
    "'$id':'b'",
    "'$defs':{'a':@}",
    "'allOf':[@,@]",
    "'anyOf':[@,@]",
    "'oneOf':[@,@]",
    "'not':@",
    "'if':@",
    "'then':@",
    "'else':@",
    "'properties':{'a':@,'b':@}",
    "'patternProperties':{'^(a|b*)+$':@}",
    "'additionalProperties':@",
    "'propertyNames':@",
    "'dependentSchemas':{'a':@}",
    "'dependentRequired':{'a':['b']}",
    "'items':@",
    "'prefixItems':[@]",
    "'contains':@",
    "'minContains':0",
    "'maxContains':1",
    "'unevaluatedItems':@",
    "'unevaluatedProperties':@",
    "'required':['a']",
    "'type':['object','array','number']",
    "'enum':[1,'a',{},[null]]",
    "'const':{'a':1.0}",
    "'multipleOf':1e-400",
    "'maximum':1e999999999",
    "'maxLength':2",
    "'pattern':'(a|b*)+$'",
    "'uniqueItems':true",
    "'maxItems':1",
    "'minProperties':1"
  };

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void thereShouldBeAVerdictOrARefusal(
      @ForAll("schemas") String schema, @ForAll("payloads") String payload) {
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
  Arbitrary<String> payloads() {
    return payload(3);
  }

  private static Arbitrary<String> payload(int depth) {
    if (depth == 0) {
      return Arbitraries.of(ODD);
    }
    Arbitrary<String> inner = Arbitraries.lazy(() -> payload(depth - 1));
    return Arbitraries.oneOf(
        Arbitraries.of(ODD),
        inner.list().ofMaxSize(3).map(all -> "[" + String.join(",", all) + "]"),
        Combinators.combine(inner, inner).as((a, b) -> "{\"a\":" + a + ",\"b\":" + b + "}"));
  }

  @Provide
  Arbitrary<String> schemas() {
    return schema(4);
  }

  private static Arbitrary<String> schema(int depth) {
    if (depth == 0) {
      return Arbitraries.of("true", "false", "{}");
    }
    Arbitrary<String> member =
        Combinators.combine(
                Arbitraries.of(FITTING),
                Arbitraries.lazy(() -> schema(depth - 1)).list().ofSize(2),
                Arbitraries.frequencyOf(
                    Tuple.of(40, Arbitraries.just("")), Tuple.of(1, Arbitraries.of(ODD))))
            .as(RandomSchemaPropertyTest::member);
    return member
        .list()
        .uniqueElements(text -> text.substring(0, text.indexOf(':')))
        .ofMaxSize(4)
        .map(members -> "{" + String.join(",", members) + "}");
  }

  private static String member(String fitting, List<String> schemas, String odd) {
    String text = fitting.replace('\'', '"');
    if (!odd.isEmpty()) {
      return text.substring(0, text.indexOf(':') + 1) + odd;
    }
    return text.replaceFirst("@", schemas.get(0).replace("$", "\\$"))
        .replaceFirst("@", schemas.get(1).replace("$", "\\$"));
  }
}
