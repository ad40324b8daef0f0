package dev.standby.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.contract.OpenApiDocument;
import java.util.Arrays;
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

      assertThat(documented.node().at("/responses/200/content").has(served.produces()))
          .as(documented.id())
          .isTrue();
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
