package dev.standby.tracing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/** An OpenTelemetry collector, as far as it takes traces by OTLP over HTTP. */
final class Collector implements AutoCloseable {
  private final HttpServer server;
  private final Queue<Recorded> spans = new ConcurrentLinkedQueue<>();
  private final AtomicReference<String> authorization = new AtomicReference<>();

  /** A span, and which node sent it. */
  record Recorded(String node, Span span) {
    String name() {
      return span.getName();
    }

    String trace() {
      return hex(span.getTraceId().toByteArray());
    }

    String id() {
      return hex(span.getSpanId().toByteArray());
    }

    String parent() {
      return hex(span.getParentSpanId().toByteArray());
    }

    List<String> linked() {
      return span.getLinksList().stream()
          .map(link -> hex(link.getTraceId().toByteArray()))
          .toList();
    }

    String attribute(String name) {
      return value(span.getAttributesList(), name);
    }

    private static String hex(byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
  }

  Collector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void take(HttpExchange exchange) throws IOException {
    authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
    try (InputStream body = exchange.getRequestBody()) {
      for (ResourceSpans node : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
        String id = value(node.getResource().getAttributesList(), "service.instance.id");
        node.getScopeSpansList().stream()
            .flatMap(scope -> scope.getSpansList().stream())
            .forEach(span -> spans.add(new Recorded(id, span)));
      }
    }
    byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
    exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
    exchange.close();
  }

  private static String value(List<KeyValue> attributes, String name) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(name))
        .map(
            attribute ->
                attribute.getValue().hasIntValue()
                    ? Long.toString(attribute.getValue().getIntValue())
                    : attribute.getValue().getStringValue())
        .findFirst()
        .orElse(null);
  }

  /** All that has come. */
  List<Recorded> spans() {
    return List.copyOf(spans);
  }

  /** What has come of one trace. */
  List<Recorded> trace(String id) {
    return spans.stream().filter(span -> span.trace().equals(id)).toList();
  }

  /** What came last with the header. */
  String authorization() {
    return authorization.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
