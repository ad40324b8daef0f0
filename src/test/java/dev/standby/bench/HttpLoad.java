package dev.standby.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * What {@link Wrk} has a process of its own do where wrk is not installed: as many requests as the
 * connections allow. Prints what wrk prints.
 */
final class HttpLoad {
  private static final int DRAIN_SECS = 30;

  private final ConcurrentHistogram micros = new ConcurrentHistogram(3);
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong next;
  private final HttpClient client;
  private final RequestOptions target;
  private final Wrk.Requests requests;
  private final long endNanos;
  private final CountDownLatch clients;

  private HttpLoad(URI url, Wrk.Requests requests, int connections, int seconds) {
    this.client = Vertx.vertx().createHttpClient(new PoolOptions().setHttp1MaxSize(connections));
    this.target = new RequestOptions().setHost(url.getHost()).setPort(url.getPort());
    this.requests = requests;
    this.next = new AtomicLong(requests.from());
    this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    this.clients = new CountDownLatch(connections);
  }

  /** The arguments are the URL, the connections, the seconds, and those of {@link Wrk.Requests}. */
  public static void main(String[] args) throws InterruptedException {
    int connections = Integer.parseInt(args[1]);
    int seconds = Integer.parseInt(args[2]);
    HttpLoad load =
        new HttpLoad(
            URI.create(args[0]),
            new Wrk.Requests(args[3], args[4], args[5], Long.parseLong(args[6]), args[7]),
            connections,
            seconds);
    for (int i = 0; i < connections; i++) {
      load.request();
    }
    boolean ended = load.clients.await(seconds + DRAIN_SECS, TimeUnit.SECONDS);
    load.print(seconds);
    System.exit(ended ? 0 : 1);
  }

  private void request() {
    if (System.nanoTime() - endNanos > 0) {
      clients.countDown();
      return;
    }
    long number = next.getAndIncrement();
    long began = System.nanoTime();
    client
        .request(
            new RequestOptions(target)
                .setMethod(HttpMethod.valueOf(requests.method()))
                .setURI(requests.path(number))
                .putHeader("Content-Type", "application/json")
                .putHeader("Authorization", "Bearer " + requests.key()))
        .compose(request -> request.send(Buffer.buffer(requests.body(number))))
        .compose(
            response -> {
              if (response.statusCode() >= 400) {
                errors.incrementAndGet();
              }
              return response.end();
            })
        .onFailure(failure -> errors.incrementAndGet())
        .onComplete(
            end -> {
              micros.recordValue((System.nanoTime() - began) / 1000);
              request();
            });
  }

  private void print(int seconds) {
    for (double percentile : new double[] {50, 75, 90, 99}) {
      System.out.printf(
          Locale.ROOT, "  %.0f%% %d.00us%n", percentile, micros.getValueAtPercentile(percentile));
    }
    long count = micros.getTotalCount();
    System.out.printf(Locale.ROOT, "  %d requests in %d.00s%n", count, seconds);
    if (errors.get() > 0) {
      System.out.println("  Non-2xx or 3xx responses: " + errors.get());
    }
    System.out.printf(Locale.ROOT, "Requests/sec: %.2f%n", 1.0 * count / seconds);
  }
}
