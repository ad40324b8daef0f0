package dev.standby.tracing;

import io.vertx.core.Context;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides of a request that belongs to no trace whether it begins one, before anything is done for
 * that: those that do not cost a random number.
 */
final class HeadSampler<I, O> implements VertxTracer<I, O> {
  private static final String HEADER = "traceparent";

  /** W3C Trace Context, 3.2: later versions may say more at the end, and 255 is none. */
  private static final Pattern PARENT =
      Pattern.compile(
          "(?!ff)(?<version>[0-9a-f]{2})-(?!0+-)[0-9a-f]{32}-(?!0+-)[0-9a-f]{16}"
              + "-[0-9a-f](?<flags>[0-9a-f])(?<more>-.*)?");

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
    Matcher parent = parent(headers);
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

  /** What the caller says of its trace; null if it says nothing that can be understood. */
  private static Matcher parent(Iterable<Map.Entry<String, String>> headers) {
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equalsIgnoreCase(HEADER)) {
        Matcher parent = PARENT.matcher(header.getValue());
        boolean legal =
            parent.matches()
                && (parent.group("more") == null || !parent.group("version").equals("00"));
        return legal ? parent : null;
      }
    }
    return null;
  }

  /** Whether the caller records its part ("trace-flags"). */
  private static boolean sampled(Matcher parent) {
    return (Character.digit(parent.group("flags").charAt(0), 16) & 1) == 1;
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
