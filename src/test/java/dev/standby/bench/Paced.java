package dev.standby.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Sends at a fixed rate, whatever the answers do: a latency counts from when its request was due,
 * so that what a stall holds back is counted as late (no coordinated omission).
 */
final class Paced {
  private static final Buffer BODY = Buffer.buffer("{\"payload\":{\"ok\":true}}");
  private static final int DRAIN_SECS = 30;

  /** What is due while the client opens its connections says nothing of the node. */
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Vertx vertx = Vertx.vertx();
  private final Histogram micros = new ConcurrentHistogram(3);
  private final AtomicLong errors = new AtomicLong();
  private final HttpClient client;
  private final URI url;

  private Paced(String url, int connections) {
    this.url = URI.create(url);
    this.client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(connections));
  }

  /** Sends to the keys {@code prefix + from …}, each once; gives the latencies in microseconds. */
  static Histogram send(
      String url, String prefix, long from, int connections, int perSecond, int seconds)
      throws InterruptedException {
    Paced paced = new Paced(url, connections);
    long count = (long) perSecond * seconds;
    CountDownLatch answered = new CountDownLatch(Math.toIntExact(count));
    AtomicLong next = new AtomicLong();
    long start = System.nanoTime();
    paced.vertx.runOnContext(
        begin ->
            paced.vertx.setPeriodic(
                1,
                timer -> {
                  long due =
                      Math.min(count, (System.nanoTime() - start) * perSecond / 1_000_000_000L);
                  for (long i = next.get(); i < due; i = next.incrementAndGet()) {
                    long sinceStart = i * 1_000_000_000L / perSecond;
                    paced.send(
                        prefix + (from + i),
                        start + sinceStart,
                        sinceStart >= FIRST_NANOS,
                        answered);
                  }
                  if (next.get() >= count) {
                    paced.vertx.cancelTimer(timer);
                  }
                }));
    if (!answered.await(seconds + DRAIN_SECS, TimeUnit.SECONDS) || paced.errors.get() > 0) {
      throw new IllegalStateException(
          answered.getCount() + " unanswered, " + paced.errors.get() + " failed");
    }
    paced.vertx.close();
    return paced.micros;
  }

  private void send(String key, long dueNanos, boolean counts, CountDownLatch answered) {
    client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(url.getHost())
                .setPort(url.getPort())
                .setURI("/v1/events/" + key + "/send")
                .putHeader("Content-Type", "application/json"))
        .compose(request -> request.send(BODY))
        .compose(HttpClientResponse::end)
        .onComplete(
            end -> {
              if (counts) {
                micros.recordValue((System.nanoTime() - dueNanos) / 1000);
              }
            },
            failure -> errors.incrementAndGet())
        .onComplete(done -> answered.countDown());
  }
}
