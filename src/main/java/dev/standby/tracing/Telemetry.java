package dev.standby.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Records traces, and sends them to a collector: OTLP over HTTP. */
public final class Telemetry implements AutoCloseable {
  /** Spans that wait to be sent; past it they are dropped. */
  private static final int MAX_QUEUED = 8192;

  private static final int MAX_BATCH = 2048;
  private static final Duration DELAY = Duration.ofSeconds(1);
  private static final int CLOSE_SECS = 3;

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final double ratio;

  private Telemetry(OpenTelemetrySdk sdk, Tracer tracer, double ratio) {
    this.sdk = sdk;
    this.tracer = tracer;
    this.ratio = ratio;
  }

  /**
   * Records from now on, in this process.
   *
   * @param endpoint the collector's URL, to which {@code /v1/traces} is added
   * @param headers what it is sent besides
   * @param ratio the share that is recorded of the requests that belong to no trace; those that do
   *     are recorded if the caller's part is
   */
  public static Telemetry start(String endpoint, Map<String, String> headers, double ratio) {
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder()
            // Not compressed, as is the default: that took more of the processor than all the rest.
            .setEndpoint(endpoint.replaceAll("/+$", "") + "/v1/traces");
    headers.forEach(exporter::addHeader);
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(Resource.getDefault().merge(Resource.create(node())))
            .setSampler(Sampler.parentBased(Sampler.alwaysOn()))
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter.build())
                    .setMaxQueueSize(MAX_QUEUED)
                    .setMaxExportBatchSize(MAX_BATCH)
                    .setScheduleDelay(DELAY)
                    .build())
            .build();
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(provider)
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    Tracer tracer = sdk.getTracer("standby");
    Step.record(tracer);
    return new Telemetry(sdk, tracer, ratio);
  }

  private static Attributes node() {
    String version = Telemetry.class.getPackage().getImplementationVersion();
    return Attributes.builder()
        .put(AttributeKey.stringKey("service.name"), "standby")
        .put(AttributeKey.stringKey("service.version"), Objects.requireNonNullElse(version, "dev"))
        .put(AttributeKey.stringKey("service.instance.id"), UUID.randomUUID().toString())
        .build();
  }

  /** For Vert.x: what it does is recorded as well. */
  public VertxTracerFactory tracers() {
    return options -> sampled(new OpenTelemetryTracingFactory(sdk).tracer(options));
  }

  private <I, O> VertxTracer<I, O> sampled(VertxTracer<I, O> tracer) {
    return new HeadSampler<>(tracer, ratio);
  }

  /** Sends what is left, for three seconds at most; blocks. */
  @Override
  public void close() {
    Step.stop(tracer);
    sdk.getSdkTracerProvider().shutdown().join(CLOSE_SECS, TimeUnit.SECONDS);
  }
}
