package dev.standby.bench;

import com.sun.net.httpserver.HttpServer;
import dev.standby.support.NodeProcess;
import dev.standby.support.Nodes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What metrics cost a send, and what traces do at the default of one in ten: nodes with neither,
 * with metrics, and with both. A collector takes the traces, and throws them away.
 */
final class ObserveBench implements Bench.Benchmark {
  private static final String OFF = "STANDBY_MANAGEMENT_ENABLED";
  private static final String ENDPOINT = "STANDBY_TRACING_OTLP_ENDPOINT";

  @Override
  public void run(Report report) throws IOException, InterruptedException {
    AtomicLong exported = new AtomicLong();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          exported.addAndGet(exchange.getRequestBody().readAllBytes().length);
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    String url = "http://127.0.0.1:" + collector.getAddress().getPort();
    try (Stage stage = new Stage(Map.of(OFF, "false"));
        NodeProcess metrics = node(stage, Map.of());
        NodeProcess traces = node(stage, Map.of(ENDPOINT, url))) {
      stage.register("default", "s", Turns.WAITING, 86_400);
      stage.analyze();
      Turns turns = Turns.send(stage, List.of(stage.node(), metrics, traces), List.of("", "", ""));
      report.addMedian("sends without metrics and traces", "/s", turns.rates(0));
      report.addMedian("sends with metrics", "/s", turns.rates(1));
      report.addMedian("sends with metrics, and traces of one in ten", "/s", turns.rates(2));
      report.addMedian("the node's processor time for a send, without", "µs", turns.micros(0));
      report.addMedian("the same with metrics", "µs", turns.micros(1));
      report.addMedian("the same with metrics and traces", "µs", turns.micros(2));
      report.addMedian("what metrics cost", "%", turns.lost(0, 1));
      report.addMedian("what traces cost besides", "%", turns.lost(1, 2));
      report.add("traces that the collector got", exported.get() / 1e6, "MB");
    } finally {
      collector.stop(0);
    }
  }

  private static NodeProcess node(Stage stage, Map<String, String> settings) {
    return NodeProcess.start(Nodes.environment(stage.database(), new HashMap<>(settings)));
  }
}
