package dev.standby.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are recorded for what they say of their trace (W3C Trace Context). */
class HeadSamplerTest {
  private static final String IDS = "-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-";

  @ParameterizedTest
  @ValueSource(
      strings = {"00" + IDS + "01", "00" + IDS + "ff", "cc" + IDS + "01", "01" + IDS + "01-more"})
  void shouldRecordWhatTheCallerRecords(String traceparent) {
    assertThat(recorded(traceparent, 0)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"00" + IDS + "00", "00" + IDS + "fe", "01" + IDS + "00-01"})
  void shouldNotRecordWhatTheCallerDoesNot(String traceparent) {
    assertThat(recorded(traceparent, 1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00" + IDS + "0x",
        "00" + IDS + "1",
        "00" + IDS + "01-more",
        "00" + IDS + "01more",
        "cc" + IDS + "01more",
        "ff" + IDS + "01",
        "0x" + IDS + "01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
      })
  void shouldTakeARequestThatSaysNothingSensibleForOneThatSaysNothing(String traceparent) {
    assertThat(recorded(traceparent, 0)).isFalse();
    assertThat(recorded(traceparent, 1)).isTrue();
  }

  private static boolean recorded(String traceparent, double ratio) {
    VertxTracer<String, String> everything =
        new VertxTracer<>() {
          @Override
          public <R> String receiveRequest(
              Context context,
              SpanKind kind,
              TracingPolicy policy,
              R request,
              String operation,
              Iterable<Map.Entry<String, String>> headers,
              TagExtractor<R> tags) {
            return "a span";
          }
        };
    return new HeadSampler<>(everything, ratio)
            .receiveRequest(
                null,
                SpanKind.RPC,
                TracingPolicy.ALWAYS,
                "a request",
                "GET",
                Map.of("Traceparent", traceparent).entrySet(),
                TagExtractor.<String>empty())
        != null;
  }
}
