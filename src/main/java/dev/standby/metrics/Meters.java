package dev.standby.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/** All that a node counts, and how Prometheus is told of it. May be used from any thread. */
public final class Meters implements AutoCloseable {
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
  private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final MeterRegistry registry;

  /** The same; null when nothing is counted. */
  private final PrometheusMeterRegistry prometheus;

  private final JvmGcMetrics collections = new JvmGcMetrics();

  private Meters(MeterRegistry registry, PrometheusMeterRegistry prometheus) {
    this.registry = registry;
    this.prometheus = prometheus;
  }

  /** Meters that count, with those of the JVM and the process. */
  public static Meters on(String version) {
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    prometheus
        .config()
        // Prometheus counts in seconds, and keeps "_count" to histograms.
        .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
        .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    Meters meters = new Meters(prometheus, prometheus);
    List.of(
            new JvmInfoMetrics(),
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics(),
            meters.collections)
        .forEach(binder -> binder.bindTo(prometheus));
    FunctionCounter.builder("process.cpu", meters, any -> cpuSeconds())
        .description("Processor time that the process has used")
        .baseUnit("seconds")
        .register(prometheus);
    Gauge.builder("standby.build.info", () -> 1)
        .description("What runs here; always 1")
        .tag("version", version)
        .register(prometheus);
    return meters;
  }

  private static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(used -> used.toNanos() / 1e9)
        .orElse(Double.NaN);
  }

  /** Meters that count nothing. */
  public static Meters off() {
    return new Meters(new CompositeMeterRegistry(), null);
  }

  /** Where the rooms register what they count. */
  public MeterRegistry registry() {
    return registry;
  }

  /** The media type of what answers that {@code Accept} header; null for none. */
  static String type(String accept) {
    return accept != null && accept.contains(OPEN_METRICS) ? OPEN_METRICS_TYPE : TEXT_TYPE;
  }

  /** Everything, as of now, in that format. */
  String scrape(String type) {
    return prometheus.scrape(type);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
