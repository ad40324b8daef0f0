package dev.standby.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A part of a trace that is recorded: one span. */
public final class Step {
  private static final Tracer NONE = TracerProvider.noop().get("");
  private static final AtomicReference<Tracer> TRACER = new AtomicReference<>(NONE);
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  private static final AttributeKey<String> STATEMENT = AttributeKey.stringKey("db.operation.name");
  private static final AttributeKey<Long> BATCH = AttributeKey.longKey("db.operation.batch.size");
  private static final AttributeKey<Long> QUEUED = AttributeKey.longKey("standby.queued_us");

  /** W3C Trace Context, version 00: where the ids are, and what follows them when it is sampled. */
  private static final int TRACE_AT = 3;

  private static final int SPAN_AT = 36;
  private static final int FLAGS_AT = 53;

  private final Span span;
  private final long beganNanos = System.nanoTime();

  private Step(Span span) {
    this.span = span;
  }

  static void record(Tracer tracer) {
    TRACER.set(tracer);
  }

  /** Nothing more is recorded, unless another has begun to. */
  static void stop(Tracer tracer) {
    TRACER.compareAndSet(tracer, NONE);
  }

  /** Begins a part of the trace of the request at hand; null when it is not recorded. */
  public static Step begin(String name) {
    Tracer tracer = TRACER.get();
    if (tracer == NONE) {
      return null;
    }
    Context context = Context.current();
    return Span.fromContext(context).getSpanContext().isSampled()
        ? new Step(tracer.spanBuilder(name).setParent(context).startSpan())
        : null;
  }

  /**
   * Does some work as part of a trace that another thread, or node, has begun.
   *
   * @param traceparent the trace's context; null when there is none
   */
  public static void within(String traceparent, String name, Runnable work) {
    Tracer tracer = TRACER.get();
    SpanContext parent = tracer == NONE || traceparent == null ? null : parse(traceparent);
    if (parent == null) {
      work.run();
      return;
    }
    Span span =
        tracer.spanBuilder(name).setParent(Context.root().with(Span.wrap(parent))).startSpan();
    try {
      Context.root().with(span).wrap(work).run();
    } finally {
      span.end();
    }
  }

  /** Names the request at hand by its route. */
  public static void nameRequest(String method, String route) {
    if (TRACER.get() == NONE) {
      return;
    }
    Span span = Span.current();
    if (span.isRecording()) {
      span.updateName(method + " " + route);
      span.setAttribute(ROUTE, route);
    }
  }

  /** It has gone to PostgreSQL, with others. */
  public void sent(String statement, int batch) {
    span.setAttribute(SYSTEM, "postgresql");
    span.setAttribute(STATEMENT, statement);
    span.setAttribute(BATCH, (long) batch);
    span.setAttribute(QUEUED, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - beganNanos));
  }

  /** Its context, as W3C Trace Context writes it. */
  public String traceparent() {
    SpanContext context = span.getSpanContext();
    return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-01";
  }

  /** Links it to the trace of that context; null is harmless. */
  public void link(String traceparent) {
    SpanContext other = traceparent == null ? null : parse(traceparent);
    if (other != null) {
      span.addLink(other);
    }
  }

  /** Ends it well. */
  public void end() {
    span.end();
  }

  /** Ends it with a failure. */
  public void fail(String type) {
    span.setAttribute("error.type", type);
    span.setStatus(StatusCode.ERROR);
    span.end();
  }

  private static SpanContext parse(String traceparent) {
    if (traceparent.length() < FLAGS_AT) {
      return null;
    }
    SpanContext context =
        SpanContext.createFromRemoteParent(
            traceparent.substring(TRACE_AT, SPAN_AT - 1),
            traceparent.substring(SPAN_AT, FLAGS_AT - 1),
            TraceFlags.getSampled(),
            TraceState.getDefault());
    return context.isValid() ? context : null;
  }
}
