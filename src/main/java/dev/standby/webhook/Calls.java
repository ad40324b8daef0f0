package dev.standby.webhook;

import dev.standby.bus.OutcomeJson;
import dev.standby.bus.Webhooks;
import dev.standby.bus.Webhooks.Attempt;
import dev.standby.bus.Webhooks.Tried;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls of receivers: one request each, and what its answer means. */
final class Calls {
  private static final Logger log = LoggerFactory.getLogger(Calls.class);

  /** How long a call may take, from the look for the host to the status of the answer. */
  static final long CALL_MILLIS = 15_000;

  private static final int CONNECT_MILLIS = 5000;

  /** Shorter than servers keep idle connections, so that none is closed as we send. */
  private static final int KEEP_ALIVE_SECS = 2;

  /** How much of an answer is read, and how long, so that its connection can be used again. */
  private static final int MAX_BODY_BYTES = 16 * 1024;

  private static final long MAX_BODY_MILLIS = 1000;

  private final Vertx vertx;
  private final Destinations destinations;
  private final long callMillis;
  private final HttpClient client;

  /**
   * Calls, so many at a time, with a client of those options besides.
   *
   * @param callMillis {@link #CALL_MILLIS}, or what a test takes for it
   */
  Calls(
      Vertx vertx,
      Destinations destinations,
      HttpClientOptions options,
      int maxConcurrent,
      long callMillis) {
    this.vertx = vertx;
    this.destinations = destinations;
    this.callMillis = callMillis;
    this.client =
        vertx
            .httpClientBuilder()
            .with(
                options
                    .setConnectTimeout(CONNECT_MILLIS)
                    .setKeepAliveTimeout(KEEP_ALIVE_SECS)
                    // Traces are nothing that receivers need to know of, nor traces of them.
                    .setTracingPolicy(TracingPolicy.IGNORE))
            // Who calls counts: nothing waits for a connection.
            .with(new PoolOptions().setHttp1MaxSize(maxConcurrent))
            // The call itself fails as well; without a handler each is logged as an error of ours.
            .withConnectHandler(connection -> connection.exceptionHandler(Calls::broken))
            .build();
  }

  private static void broken(Throwable failure) {
    log.atDebug().addKeyValue("reason", failure.toString()).log("a receiver broke off");
  }

  /** Makes a call; never fails. */
  Future<Tried> make(Attempt attempt, Webhooks.Secrets secrets) {
    Call call = new Call(URI.create(attempt.url()));
    return destinations
        .find(call.uri.getHost())
        .compose(addresses -> call.connect(addresses, 0))
        .compose(request -> call.send(request, attempt, secrets))
        .timeout(callMillis, TimeUnit.MILLISECONDS)
        .map(response -> judged(attempt, response))
        .otherwise(failure -> failed(attempt, failure))
        .onComplete(done -> call.end());
  }

  /** Closes the connections. */
  Future<Void> close() {
    return client.close();
  }

  private static Tried judged(Attempt attempt, HttpClientResponse response) {
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return new Tried(attempt, Delivery.State.DELIVERED, status, null, 0);
    }
    if (status == 410) {
      // Standard Webhooks: the receiver wants to hear nothing any more.
      return new Tried(attempt, Delivery.State.FAILED, status, "answered with 410: gone", 0);
    }
    String error =
        "answered with " + status + (status / 100 == 3 ? ", and redirects are not followed" : "");
    int pause = status == 429 || status == 503 ? RetryAfter.secs(response.headers()) : 0;
    return new Tried(attempt, Delivery.State.PENDING, status, error, pause);
  }

  /** Says no more than what whoever chose the URL may know of the network of the node. */
  private static Tried failed(Attempt attempt, Throwable failure) {
    String error;
    if (failure instanceof Destinations.RefusedException) {
      error = "the address is not allowed";
    } else if (failure instanceof UnknownHostException) {
      error = "the host can't be found";
    } else if (failure instanceof TimeoutException) {
      error = "no answer within " + CALL_MILLIS / 1000 + " seconds";
    } else if (failure instanceof ConnectException) {
      error = "the host does not take the connection";
    } else if (failure instanceof SSLException) {
      error = "no TLS connection: the certificate is not trusted, or not the host's";
    } else {
      error = "the connection broke, or what was answered is not HTTP";
    }
    return new Tried(attempt, Delivery.State.PENDING, null, error, 0);
  }

  /** One of them on its way. */
  private final class Call {
    private final URI uri;
    private HttpClientRequest request;
    private boolean responded;
    private boolean ended;

    Call(URI uri) {
      this.uri = uri;
    }

    /** Connects to the first of those addresses that takes it, and to no other. */
    Future<HttpClientRequest> connect(List<InetAddress> addresses, int at) {
      boolean tls = uri.getScheme().equalsIgnoreCase("https");
      int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
      return client
          .request(
              new RequestOptions()
                  .setMethod(HttpMethod.POST)
                  .setServer(
                      SocketAddress.inetSocketAddress(
                          new InetSocketAddress(addresses.get(at), port)))
                  .setHost(uri.getHost())
                  .setPort(port)
                  .setSsl(tls)
                  .setURI(path()))
          .recover(
              failure -> {
                if (!(failure instanceof SocketException)) {
                  return Future.failedFuture(failure);
                }
                // Refused, or too late, or there is no way to it: nothing has been sent.
                return at + 1 < addresses.size() && !ended
                    ? connect(addresses, at + 1)
                    : Future.failedFuture(new ConnectException());
              });
    }

    private String path() {
      String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    Future<HttpClientResponse> send(
        HttpClientRequest connected, Attempt attempt, Webhooks.Secrets secrets) {
      request = connected.exceptionHandler(Calls::broken);
      if (ended) {
        request.reset();
        return Future.failedFuture(new TimeoutException());
      }
      String body = body(attempt);
      String id = attempt.id().toString();
      long seconds = attempt.at().getEpochSecond();
      return request
          .putHeader("content-type", "application/json")
          .putHeader("user-agent", "Standby")
          .putHeader("webhook-id", id)
          .putHeader("webhook-timestamp", Long.toString(seconds))
          .putHeader("webhook-signature", Signature.of(id, seconds, body, secrets))
          .send(body)
          .onSuccess(this::drain);
    }

    /** Reads on, but not for long: what is in the body is nobody's business. */
    private void drain(HttpClientResponse response) {
      responded = true;
      long timer = vertx.setTimer(MAX_BODY_MILLIS, late -> request.reset());
      int[] read = {0};
      response
          .handler(
              piece -> {
                read[0] += piece.length();
                if (read[0] > MAX_BODY_BYTES) {
                  request.reset();
                }
              })
          .exceptionHandler(broken -> vertx.cancelTimer(timer))
          .endHandler(end -> vertx.cancelTimer(timer));
    }

    /** Leaves no request behind that nobody waits for. */
    void end() {
      ended = true;
      if (request != null && !responded) {
        request.reset();
      }
    }
  }

  /** What receivers are told: the trigger as everybody sees it. */
  private static String body(Attempt attempt) {
    EventTrigger trigger = attempt.trigger();
    return "{\"type\":\"event_trigger."
        + trigger.status().code()
        + "\",\"timestamp\":\""
        + attempt.endedAt()
        + "\",\"data\":"
        + OutcomeJson.encode(trigger)
        + "}";
  }
}
