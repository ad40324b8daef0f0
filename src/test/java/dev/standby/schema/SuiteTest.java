package dev.standby.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.standby.trigger.Rejection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The JSON Schema Test Suite's required cases for 2020-12, and those optional ones that are
 * claimed. What is refused on purpose is listed, and must be refused.
 */
class SuiteTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** Refused with the schema: what they refer to is at {@code http://localhost:1234}. */
  private static final Set<String> REMOTE =
      Set.of(
          "dynamicRef.json: strict-tree schema, guards against misspelled properties",
          "dynamicRef.json: tests for implementation dynamic anchor and reference link",
          "dynamicRef.json: $ref and $dynamicAnchor are independent of order - $defs first",
          "dynamicRef.json: $ref and $dynamicAnchor are independent of order - $ref first",
          "refRemote.json: remote ref",
          "refRemote.json: fragment within remote ref",
          "refRemote.json: anchor within remote ref",
          "refRemote.json: ref within remote ref",
          "refRemote.json: base URI change",
          "refRemote.json: base URI change - change folder",
          "refRemote.json: base URI change - change folder in subschema",
          "refRemote.json: root ref in remote ref",
          "refRemote.json: remote ref with ref to defs",
          "refRemote.json: Location-independent identifier in remote ref",
          "refRemote.json: retrieved nested refs resolve relative to their URI not $id",
          "refRemote.json: remote HTTP ref with different $id",
          "refRemote.json: remote HTTP ref with different URN $id",
          "refRemote.json: remote HTTP ref with nested absolute ref");

  /** Refused with the schema: their {@code $schema} is a meta-schema of somebody's own. */
  private static final Set<String> OTHER_DIALECTS =
      Set.of(
          "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary",
          "vocabulary.json: ignore unrecognized optional vocabulary");

  /** Judged otherwise: {@code format} is not asserted, be it that of the meta-schema itself. */
  private static final Set<String> UNCLAIMED =
      Set.of("optional/ecmascript-regex.json: \\a is not an ECMA 262 control escape");

  @TestFactory
  Stream<DynamicContainer> everyCaseShouldBeJudgedAsTheSuiteSays() throws IOException {
    return files().entrySet().stream()
        .map(
            file ->
                DynamicContainer.dynamicContainer(
                    file.getKey(), groups(file.getKey(), file.getValue())));
  }

  @Test
  void whatIsListedAsAnExceptionShouldBeInTheSuite() throws IOException {
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, String> file : files().entrySet()) {
      elements(JSON.readTree(file.getValue()))
          .forEach(group -> names.add(name(file.getKey(), group)));
    }
    assertThat(names).containsAll(REMOTE).containsAll(OTHER_DIALECTS).containsAll(UNCLAIMED);
  }

  private static String name(String file, JsonNode group) {
    return file + ": " + group.path("description").asText();
  }

  private static Stream<DynamicTest> groups(String file, String text) {
    try {
      return elements(JSON.readTree(text)).flatMap(group -> cases(file, group));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(file, e);
    }
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static Stream<DynamicTest> cases(String file, JsonNode group) {
    String name = name(file, group);
    String schema = group.path("schema").toString();
    if (REMOTE.contains(name)) {
      return Stream.of(refused(name, schema, "nothing is loaded from elsewhere"));
    } else if (OTHER_DIALECTS.contains(name)) {
      return Stream.of(refused(name, schema, "is another dialect than JSON Schema 2020-12"));
    }
    return elements(group.path("tests"))
        .map(
            test ->
                DynamicTest.dynamicTest(
                    name + ": " + test.path("description").asText(),
                    () -> judge(schema, test, !UNCLAIMED.contains(name))));
  }

  private static DynamicTest refused(String name, String schema, String why) {
    return DynamicTest.dynamicTest(
        name,
        () ->
            assertThatThrownBy(() -> PayloadSchema.of(schema))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining(why));
  }

  private static void judge(String schema, JsonNode test, boolean claimed) {
    boolean valid = PayloadSchema.of(schema).faults(test.path("data").toString()).isEmpty();
    assertThat(valid == test.path("valid").asBoolean())
        .as("%s by %s is valid: %s", test.path("data"), schema, valid)
        .isEqualTo(claimed);
  }

  private static Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (InputStream in = SuiteTest.class.getResourceAsStream("/json-schema-test-suite.zip");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(".json")) {
          files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    }
    return files;
  }
}
