package dev.standby.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.contract.OpenApiDocument;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operations that are served are those of {@code openapi.yaml}, no more and no fewer. */
class OperationsTest {
  private final OpenApiDocument document = new OpenApiDocument();

  @Test
  void shouldServeWhatIsDocumented() {
    assertThat(
            Arrays.stream(Operations.values())
                .map(o -> o.operationId() + " " + o.method() + " " + o.path()))
        .containsExactlyInAnyOrderElementsOf(
            document.operations().stream()
                .map(o -> o.id() + " " + o.method() + " " + o.path())
                .toList());
  }

  @Test
  void shouldProduceTheMediaTypeThatIsDocumentedForSuccess() {
    for (OpenApiDocument.Operation documented : document.operations()) {
      Operations served =
          Arrays.stream(Operations.values())
              .filter(o -> o.operationId().equals(documented.id()))
              .findFirst()
              .orElseThrow();

      assertThat(
              Stream.of("200", "201")
                  .map(status -> documented.node().path("responses").path(status))
                  .filter(JsonNode::isObject))
          .as(documented.id())
          .isNotEmpty()
          .allMatch(success -> success.path("content").has(served.produces()));
    }
  }

  @Test
  void shouldAskForTheScopeThatIsDocumented() {
    for (OpenApiDocument.Operation documented : document.operations()) {
      assertThat(
              Arrays.stream(Operations.values())
                  .filter(o -> o.operationId().equals(documented.id()))
                  .map(Operations::scope)
                  .map(scope -> scope == null ? null : scope.code()))
          .as(documented.id())
          .containsExactly(documented.scope());
    }
  }

  @Test
  void shouldSayInWordsWhichScopeIsNeeded() {
    for (OpenApiDocument.Operation documented : document.operations()) {
      if (documented.scope() != null) {
        assertThat(documented.node().get("description").asText())
            .as(documented.id())
            .contains("Needs the scope `" + documented.scope() + "`");
      }
    }
  }

  @Test
  void shouldReadABodyWhereOneIsDocumented() {
    for (OpenApiDocument.Operation documented : document.operations()) {
      assertThat(
              Arrays.stream(Operations.values())
                  .filter(o -> o.operationId().equals(documented.id()))
                  .map(Operations::takesBody))
          .as(documented.id())
          .containsExactly(documented.takesBody());
    }
  }
}
