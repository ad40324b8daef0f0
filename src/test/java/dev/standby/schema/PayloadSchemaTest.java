package dev.standby.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.trigger.Fault;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of a payload that does not fit, and of a schema that can't be used. */
class PayloadSchemaTest {
  private static final String APPROVAL =
      """
      {"type": "object",
       "required": ["approved", "by"],
       "properties": {
         "approved": {"type": "boolean"},
         "by": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2},
         "a/b~c": {"items": {"multipleOf": 0.01, "maximum": 10}},
         "kind": {"anyOf": [{"type": "string", "enum": ["x", "y"]}, {"type": "null"}]}},
       "additionalProperties": false}
      """;

  @Test
  void aPayloadThatFitsShouldHaveNoFault() {
    assertThat(
            PayloadSchema.of(APPROVAL)
                .faults("{\"approved\":true,\"by\":\"ann\",\"a/b~c\":[0.07,1e1],\"kind\":null}"))
        .isEmpty();
  }

  @Test
  void eachFaultShouldBeToldWithItsPlace() {
    assertThat(
            PayloadSchema.of(APPROVAL)
                .faults("{\"approved\":1,\"a/b~c\":[0.071,11],\"kind\":\"z\",\"more\":0}"))
        .containsExactlyInAnyOrder(
            new Fault("", "must have the member 'by'"),
            new Fault("/approved", "must be of the type boolean"),
            new Fault("/a~1b~0c/0", "must be a multiple of 0.01"),
            new Fault("/a~1b~0c/1", "must be at most 10"),
            new Fault("/kind", "must be one of 'x', 'y'"),
            new Fault("/more", "is not allowed"));
  }

  @Test
  void anAbsentPayloadShouldBeAFaultAndNotNull() {
    Fault absent = new Fault("", "a payload is required");
    assertThat(PayloadSchema.of("true").faults(null)).containsExactly(absent);
    assertThat(PayloadSchema.of("{\"type\":\"null\"}").faults(null)).containsExactly(absent);
    assertThat(PayloadSchema.of("{\"type\":\"null\"}").faults("null")).isEmpty();
  }

  @Test
  void aMemberThatIsGivenTwiceShouldBeAFault() {
    assertThat(PayloadSchema.of("{}").faults("{\"a\":{\"b\":1,\"b\":2}}"))
        .containsExactly(new Fault("/a/b", "is given twice"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"const": 1}                   | 1.0                    | true
          {"const": 100}                 | 1e2                    | true
          {"const": 9007199254740993}    | 9007199254740992       | false
          {"const": 0.1}                 | 0.1000000000000000055  | false
          {"const": 0}                   | -0.0                   | true
          {"type": "integer"}            | 1e2                    | true
          {"type": "integer"}            | 1.5e1                  | true
          {"type": "integer"}            | 1.5                    | false
          {"multipleOf": 0.1}            | 0.3                    | true
          {"multipleOf": 0.01}           | 4.35                   | true
          {"multipleOf": 1e-8}           | 12391239123            | true
          {"multipleOf": 3}              | 1e99999999             | false
          {"multipleOf": 5}              | 1e99999999             | true
          {"multipleOf": 20}             | 10                     | false
          {"multipleOf": 1234567890123}  | 1234567890123e9        | true
          {"multipleOf": 1234567890123}  | 1234567890124e9        | false
          {"multipleOf": 7}              | 7000000000000000000000000000000000000000000007 | true
          {"multipleOf": 7}              | 7000000000000000000000000000000000000000000008 | false
          {"multipleOf": 2}              | 123456789012345678     | true
          {"maximum": 1e999999999}       | 1e999999998            | true
          {"minimum": -1}                | -1e-999999999          | true
          {"exclusiveMinimum": -1.5}     | -1.50                  | false
          {"uniqueItems": true}          | [1, 1.0]               | false
          {"uniqueItems": true}          | [{"a":1,"b":2},{"b":2.0,"a":1}] | false
          {"uniqueItems": true}          | [1, true, "1", [1], {"1":1}]    | true
          {"maxLength": 1}               | "😀"                   | true
          """)
  void numbersAndTextsShouldBeWhatTheyMean(String schema, String payload, boolean fits) {
    assertThat(PayloadSchema.of(schema).faults(payload).isEmpty()).isEqualTo(fits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"true", "{}", "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\"}"})
  void everythingShouldFitASchemaThatAsksForNothing(String schema) {
    assertThat(PayloadSchema.of(schema).faults("[null]")).isEmpty();
  }

  @Test
  void nothingShouldFitFalse() {
    assertThat(PayloadSchema.of("false").faults("{}"))
        .containsExactly(new Fault("", "is not allowed"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type": "strng"}                       | '/type' in it must be one of 'array', 'boolean'
          {"properties": {"a": {"minLength": -1}}} | '/properties/a/minLength' in it must be at least 0
          {"required": ["a", "a"]}                | '/required/1' in it must not equal the element 0
          {"properties": {"a": 1}}                | '/properties/a' in it must be of the type boolean or object
          1                                       | it must be of the type boolean or object
          {"a":                                   | it is not JSON at character
          {} {}                                   | it has more after its JSON
          {"a": 1, "a": 2}                        | '/a' in it is given twice
          {"pattern": "("}                        | '/pattern' in it is a pattern that can't be used: it has a '('
          {"pattern": "(?=a)"}                    | it looks ahead or behind
          {"pattern": "(?<!a)b"}                  | it looks ahead or behind
          {"pattern": "(a)\\\\1"}                 | it refers back to a group
          {"pattern": "(?<n>a)\\\\k<n>"}          | it refers back to a group
          {"patternProperties": {"[b-a]": {}}}    | '/patternProperties/[b-a]' in it is a pattern that can't be used
          {"pattern": "\\\\p{Klingon}"}           | '/pattern' in it is a pattern that can't be used
          {"$ref": "http://127.0.0.1:1/x"}        | '/$ref' in it refers to 'http://127.0.0.1:1/x', which is not in this schema
          {"$ref": "file:///etc/passwd"}          | nothing is loaded from elsewhere
          {"$ref": "jar:file:/a.jar!/b"}          | nothing is loaded from elsewhere
          {"$ref": "other.json"}                  | nothing is loaded from elsewhere
          {"$id": "http://a.b/c", "$ref": "d"}    | refers to 'http://a.b/d', which is not in this schema
          {"$dynamicRef": "http://a.b/c#d"}       | nothing is loaded from elsewhere
          {"$ref": "#/$defs/a"}                   | '/$ref' in it refers to no schema
          {"$ref": "#a"}                          | '/$ref' in it refers to no schema
          {"$ref": "#/x", "x": {"type": 1}}       | refers to what is no schema: at '/type' in it
          {"$ref": "#/x/0", "x": [1]}             | refers to no schema
          {"$ref": ":%"}                          | is not a URI reference
          {"$schema": "http://json-schema.org/draft-07/schema#"} | '/$schema' in it is another dialect
          {"$defs": {"a": {"$schema": "x:y"}}}    | '/$defs/a/$schema' in it is another dialect
          {"$id": "https://json-schema.org/draft/2020-12/schema"} | '/$id' in it is the URI of another schema
          {"$defs": {"a": {"$id": "x"}, "b": {"$id": "x"}}} | is the URI of another schema already
          {"$defs": {"a": {"$anchor": "x"}, "b": {"$dynamicAnchor": "x"}}} | is the name of another place already
          """)
  void aSchemaThatCannotBeUsedShouldBeRefusedWithWhereAndWhy(String schema, String why) {
    assertThatThrownBy(() -> PayloadSchema.of(schema))
        .isInstanceOfSatisfying(
            Rejection.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_REQUEST))
        .hasMessageStartingWith("'payload_schema' can't be used: ")
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ^a$                  | a              | true
          ^a$                  | a\\n           | false
          ^.$                  | \\u2028        | false
          ^.$                  | 😀             | true
          ^\\\\s$              | \\u00a0        | true
          ^\\\\S$              | \\ufeff        | false
          ^[^\\\\S]$           | \\u3000        | true
          ^\\\\d$              | ٣              | false
          ^\\\\p{Letter}+$     | Éß             | true
          ^\\\\p{Lu}\\\\P{Lu}$ | Éß             | true
          ^\\\\p{Script=Greek}$ | λ             | true
          ^\\\\u{1F600}$       | 😀             | true
          ^\\\\uD83D\\\\uDE00$ | 😀             | true
          ^[\\\\w.\\\\-]+@x$   | a-b.c@x        | true
          ^(?<y>\\\\d{4})-\\\\d\\\\d$ | 2024-05  | true
          ^\\\\cJ$             | \\n            | true
          ^{a}$                | {a}            | true
          ^[[:alpha:]]$        | l]             | true
          ^[]$                 | a              | false
          ^[^]$                | \\n            | true
          `^(?:a|b){2,3}?c`    | abc            | true
          \\\\/\\\\-           | /-             | true
          """)
  void patternsShouldMeanWhatEcmaScriptSays(String pattern, String text, boolean fits) {
    assertThat(
            PayloadSchema.of("{\"pattern\":\"" + pattern + "\"}")
                .faults("\"" + text + "\"")
                .isEmpty())
        .isEqualTo(fits);
  }
}
