package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.standby.support.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code openapi.yaml}: what it promises, and whether an answer keeps it. */
public final class OpenApiDocument {
  private static final String ID = "https://standby.invalid/openapi";

  private final JsonNode root = load();
  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  /** An operation of the document. */
  public record Operation(String id, String method, String path, JsonNode node) {
    /** Whether it takes a body. */
    public boolean takesBody() {
      return node.has("requestBody");
    }

    /** The scope that it needs; null when it needs no credentials. */
    public String scope() {
      return node.at("/security/0/bearer/0").asText(null);
    }
  }

  /** An operation and one of the statuses that it is documented to answer with. */
  public record Pair(String operationId, int status) {}

  /** All operations. */
  public List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    root.get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            operations.add(
                                new Operation(
                                    method.getValue().get("operationId").asText(),
                                    method.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey(),
                                    method.getValue()))));
    return operations;
  }

  /** All documented pairs. */
  public List<Pair> pairs() {
    return operations().stream()
        .flatMap(
            operation ->
                operation.node().get("responses").properties().stream()
                    .map(response -> new Pair(operation.id(), Integer.parseInt(response.getKey()))))
        .toList();
  }

  /** Fails unless the answer is just what the document says about the pair. */
  public void check(Pair pair, Api.Answer answer) {
    assertThat(answer.status()).as("%s: %s", pair, answer.text()).isEqualTo(pair.status());
    Operation operation =
        operations().stream().filter(o -> o.id().equals(pair.operationId())).findFirst().get();
    JsonNode response =
        resolved(operation.node().get("responses").get(Integer.toString(pair.status())));
    checkHeaders(pair, response.path("headers"), answer);
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      assertThat(answer.text()).as("%s has no body", pair).isEmpty();
      return;
    }
    String type = answer.header("Content-Type").replaceFirst(";.*", "");
    assertThat(content.fieldNames()).toIterable().as("%s, Content-Type", pair).contains(type);
    JsonNode body = type.endsWith("json") ? answer.json() : TextNode.valueOf(answer.text());
    check(pair.toString(), content.get(type).get("schema"), body);
    if (pair.status() >= 400 && type.equals("application/problem+json")) {
      assertThat(body.get("status").asInt()).isEqualTo(pair.status());
      assertThat(body.get("request_id").asText()).isEqualTo(answer.header("X-Request-Id"));
    }
  }

  /** Fails unless {@code value} is valid by a schema of the document's components. */
  public void checkComponent(String name, JsonNode value) {
    check(name, root.at("/components/schemas/" + name), value);
  }

  private void checkHeaders(Pair pair, JsonNode headers, Api.Answer answer) {
    headers
        .properties()
        .forEach(
            header ->
                checkHeader(
                    pair + ", header " + header.getKey(),
                    resolved(header.getValue()),
                    answer.header(header.getKey())));
    // RateLimit is not among them: it may come with any answer, which the document says once.
    for (String name : List.of("Location", "Retry-After", "Allow", "WWW-Authenticate")) {
      assertThat(answer.header(name) == null || headers.has(name))
          .as("%s, header %s is documented", pair, name)
          .isTrue();
    }
  }

  private void checkHeader(String what, JsonNode header, String value) {
    if (value == null) {
      assertThat(header.path("required").asBoolean()).as("%s is missing", what).isFalse();
      return;
    }
    JsonNode schema = header.get("schema");
    check(
        what,
        schema,
        schema.path("type").asText().equals("integer")
            ? IntNode.valueOf(Integer.parseInt(value))
            : TextNode.valueOf(value));
  }

  /** Fails unless the examples of that operation are what the document says about them. */
  public void checkExamples(Operation operation) {
    checkExamples(operation.id() + ", body", resolved(operation.node().path("requestBody")));
    operation
        .node()
        .get("responses")
        .properties()
        .forEach(
            response ->
                checkExamples(
                    operation.id() + " " + response.getKey(), resolved(response.getValue())));
  }

  private void checkExamples(String what, JsonNode withContent) {
    withContent
        .path("content")
        .properties()
        .forEach(
            type ->
                type.getValue()
                    .path("examples")
                    .properties()
                    .forEach(
                        example ->
                            check(
                                what + ", example " + example.getKey(),
                                type.getValue().get("schema"),
                                resolved(example.getValue()).get("value"))));
  }

  private void check(String what, JsonNode schema, JsonNode value) {
    ObjectNode whole = Api.JSON.createObjectNode();
    whole.put("$schema", SpecificationVersion.DRAFT_2020_12.getDialectId());
    whole.setAll((ObjectNode) schema.deepCopy());
    whole.set("components", root.get("components"));
    assertThat(schemas.getSchema(SchemaLocation.of(ID), whole).validate(value))
        .as("%s: %s", what, value)
        .isEmpty();
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
  }

  private static JsonNode load() {
    try (InputStream in = OpenApiDocument.class.getResourceAsStream("/openapi.yaml")) {
      return new YAMLMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
