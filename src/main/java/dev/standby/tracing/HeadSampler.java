package dev.standby.tracing;

import io.vertx.core.Context;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;

/**
 * Decides of a request that belongs to no trace whether it begins one, before anything is done for
 * that: those that do not cost a random number.
 */
final class HeadSampler<I, O> implements VertxTracer<I, O> {
  private static final String HEADER = "traceparent";

  /** Where the last digit of the flags is. */
  private static final int FLAGS_END = 54;

  private final VertxTracer<I, O> tracer;
  private final double ratio;

  HeadSampler(VertxTracer<I, O> tracer, double ratio) {
    this.tracer = tracer;
    this.ratio = ratio;
  }

  @Override
  public <R> I receiveRequest(
      Context context,
      SpanKind kind,
      TracingPolicy policy,
      R request,
      String operation,
      Iterable<Map.Entry<String, String>> headers,
      TagExtractor<R> tags) {
    String parent = parent(headers);
    boolean wanted =
        parent == null
            ? policy == TracingPolicy.ALWAYS && ThreadLocalRandom.current().nextDouble() < ratio
            : sampled(parent);
    return wanted
        ? tracer.receiveRequest(
            context,
            kind,
            policy,
            request,
            operation,
            headers,
            // Only HTTP servers have this policy.
            policy == TracingPolicy.ALWAYS ? new Tags<>(tags) : tags)
        : null;
  }

  private static String parent(Iterable<Map.Entry<String, String>> headers) {
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equalsIgnoreCase(HEADER)) {
        return header.getValue();
      }
    }
    return null;
  }

  /** Whether the caller records its part (W3C Trace Context, "trace-flags"). */
  private static boolean sampled(String traceparent) {
    return traceparent.length() > FLAGS_END
        && (Character.digit(traceparent.charAt(FLAGS_END), 16) & 1) == 1;
  }

  @Override
  public <R> void sendResponse(
      Context context, R response, I payload, Throwable failure, TagExtractor<R> tags) {
    if (payload != null) {
      tracer.sendResponse(context, response, payload, failure, tags);
    }
  }

  @Override
  public <R> O sendRequest(
      Context context,
      SpanKind kind,
      TracingPolicy policy,
      R request,
      String operation,
      BiConsumer<String, String> headers,
      TagExtractor<R> tags) {
    return tracer.sendRequest(context, kind, policy, request, operation, headers, tags);
  }

  @Override
  public <R> void receiveResponse(
      Context context, R response, O payload, Throwable failure, TagExtractor<R> tags) {
    if (payload != null) {
      tracer.receiveResponse(context, response, payload, failure, tags);
    }
  }

  @Override
  public void close() {
    tracer.close();
  }
}
